using Joule.Compute;
using Xunit;

namespace Joule.Tests.Compute;

/// <summary>Reads of devices that copy at once; <c>GpuReadTests</c> has those that are waited for.</summary>
public sealed class DeviceReadTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_read_has_the_words_of_its_beginning(bool isHidden)
    {
        using Device device = isHidden ? new FakeDevice() : Device.Cpu(1);
        using DeviceBuffer memory = device.Allocate(6);
        Rows rows = memory.AsRows(3, 2);
        using DeviceRead read = device.CreateRead(4);
        Assert.Equal(0, read.Words.Length);
        device.Upload([1, 2, 3, 4, 5, 6], rows);
        read.Begin(rows.Slice(1, 2));
        device.Clear(rows);
        Assert.Equal([3, 4, 5, 6], read.Words.ToArray());
        read.Begin(rows.Slice(0, 1));
        Assert.Equal([0, 0], read.Words.ToArray());
        Assert.Throws<ArgumentException>(() => read.Begin(rows));
    }

    [Fact]
    public void Words_are_read_as_doubles_and_integers()
    {
        using Device device = Device.Cpu(1);
        using DeviceBuffer memory = device.Allocate(2);
        using DeviceRead read = device.CreateRead(2);
        memory.AsRows(1, 2).Doubles[0] = Math.PI;
        read.Begin(memory.AsRows(1, 2));
        Assert.Equal([Math.PI], read.Doubles.ToArray());
        device.UploadIntegers([-1, 7], memory.AsRows(1, 2));
        read.Begin(memory.AsRows(1, 2));
        Assert.Equal([-1, 7], read.Integers.ToArray());
    }
}
