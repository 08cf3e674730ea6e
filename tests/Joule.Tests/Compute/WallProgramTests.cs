using Joule.Compute;
using Xunit;

namespace Joule.Tests.Compute;

public sealed class WallProgramTests
{
    [Fact]
    public void Numbers_at_and_beyond_each_wall_are_counted_in_both_sets()
    {
        using Device device = Device.Cpu(2);
        using WallProgram program = new(device, 3);
        program.Prepare(TestRows.Of(2, 3, -1, -2, -0.9f, 0, 1, 0.9f), TestRows.Of(1, 4, 1, 5, 1, float.NaN), -1, 1);
        device.Launch(program);
        program.BeginRead();
        Assert.Equal([2, 1, 0, 3], program.Counts.ToArray());
    }
}
