using Joule.Compute;
using Xunit;

namespace Joule.Tests.Compute;

public sealed class WallProgramTests
{
    [Fact]
    public void Numbers_at_and_beyond_each_wall_are_counted_in_both_sets()
    {
        using Device device = Device.Cpu(2);
        using DeviceBuffer memory = device.Allocate(4 * 4);
        WallProgram program = new(memory.AsRows(4, 4));
        program.Prepare(TestRows.Of(2, 3, -1, -2, -0.9f, 0, 1, 0.9f), TestRows.Of(1, 4, 1, 5, 1, float.NaN), -1, 1);
        device.Launch(program);
        double[] ofRows = new double[2 * 4], counts = [9, 9, 9, 9];
        device.DownloadDoubles(memory.AsRows(4, 4), ofRows);
        Assert.Equal([2, 0, 0, 1, 0, 3, 0, 0], ofRows);
        program.Sum(ofRows, counts);
        Assert.Equal([2, 1, 0, 3], counts);
    }
}
