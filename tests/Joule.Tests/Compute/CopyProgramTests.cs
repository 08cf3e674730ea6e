using Joule.Compute;
using Xunit;

namespace Joule.Tests.Compute;

public sealed class CopyProgramTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void All_rows_of_all_blocks_are_copied_and_nothing_else(int threads)
    {
        using Device device = Device.Cpu(threads);
        Rows from = TestRows.Normal(50, 3, 1), memory = TestRows.Empty(52, 3);
        memory.Span.Fill(7);
        CopyProgram program = new();
        program.Prepare(from, memory.Slice(1, 50));
        Assert.Equal(50, program.Count);
        device.Launch(program);
        Assert.True(TestRows.SameBits(from.Span, memory.Slice(1, 50).Span));
        Assert.Equal([7f, 7, 7, 7, 7, 7], [.. memory[0], .. memory[51]]);
    }
}
