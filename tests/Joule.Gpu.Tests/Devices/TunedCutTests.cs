using System.Text;
using Joule.Gpu.Devices;
using Xunit;

namespace Joule.Gpu.Tests.Devices;

/// <summary>A block is read as it was written, and nothing else is read as one.</summary>
public sealed class TunedCutTests
{
    [Fact]
    public void It_is_read_as_it_was_written()
    {
        TunedCut found = new(new BlockCut(2, 448, 2, 1), 0.1234567, 0.2, 1000);
        Assert.Equal(found, TunedCut.Read(found.ToBytes()));
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("\"chains\"")]
    [InlineData("""{"chains":0,"threads":64,"blocks":1,"cluster":0,"milliseconds":1,"untuned":1,"count":1}""")]
    [InlineData("""{"chains":1,"threads":65,"blocks":1,"cluster":0,"milliseconds":1,"untuned":1,"count":1}""")]
    [InlineData("""{"chains":1,"threads":2048,"blocks":1,"cluster":0,"milliseconds":1,"untuned":1,"count":1}""")]
    [InlineData("""{"chains":64,"threads":32,"blocks":1,"cluster":0,"milliseconds":1,"untuned":1,"count":1}""")]
    [InlineData("""{"chains":1,"threads":64,"blocks":3,"cluster":0,"milliseconds":1,"untuned":1,"count":1}""")]
    [InlineData("""{"chains":1,"threads":64,"blocks":1,"cluster":3,"milliseconds":1,"untuned":1,"count":1}""")]
    [InlineData("""{"chains":1.5,"threads":64,"blocks":1,"cluster":0,"milliseconds":1,"untuned":1,"count":1}""")]
    [InlineData("""{"chains":"1","threads":64,"blocks":1,"cluster":0,"milliseconds":1,"untuned":1,"count":1}""")]
    [InlineData("""{"chains":1,"threads":64,"blocks":1,"cluster":0,"untuned":1,"count":1}""")]
    public void Anything_else_is_no_block(string text) => Assert.Null(TunedCut.Read(Encoding.UTF8.GetBytes(text)));
}
