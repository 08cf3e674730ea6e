using Joule.Training;
using Xunit;

namespace Joule.Tests.Training;

public sealed class SentinelExtremeTests
{
    [Fact]
    public void The_value_nearest_to_its_warning_is_kept_with_its_update()
    {
        double[] memory = new double[SentinelExtreme.Length];
        SentinelExtreme.Note(memory, 0.25, 1, 4, 10);
        SentinelExtreme.Note(memory, 0.75, 6, 8, 20);
        SentinelExtreme.Note(memory, 0.5, 2, 4, 30);
        SentinelExtreme.Note(memory, 0.75, 3, 4, 40); // a tie: the first stays
        Assert.Equal(new SentinelExtreme(SentinelReason.Walls, 0.75, 6, 8, 20), SentinelExtreme.Read(SentinelReason.Walls, memory));
    }

    [Fact]
    public void An_infinite_share_stays_finite_and_NaN_is_ignored()
    {
        double[] memory = new double[SentinelExtreme.Length];
        SentinelExtreme.Note(memory, double.PositiveInfinity, 1, 0, 1);
        SentinelExtreme.Note(memory, double.NaN, 2, 0, 2);
        Assert.Equal((double.MaxValue, 1L), (memory[0], SentinelExtreme.Read(SentinelReason.Walls, memory).Update));
    }
}
