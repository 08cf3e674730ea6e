using Joule.Objectives;
using Joule.Runs;
using Joule.Training;
using Xunit;

namespace Joule.Tests.Runs;

public sealed class RollbackLogTests
{
    private static readonly Rollback[] Two =
    [
        new(3500, 4, SentinelReason.GapGrows, 0.7, 0.5, 3300, 3000, new Adjustment(1, 0.5, 1, 1)),
        new(4100, 5, SentinelReason.NonFinite, double.NaN, 0, 4100, 2000, new Adjustment(2, 0.125, 2, 1, 0.25)),
    ];

    [Fact]
    public void It_round_trips_as_numbers()
    {
        Assert.Equal(Two, RollbackLog.Read(RollbackLog.Write(Two)));
        Assert.Throws<InvalidInputException>(() => RollbackLog.Read(RollbackLog.Write(Two)[..^1]));
        double[] bad = RollbackLog.Write(Two);
        bad[8] = 7; // the learning rate is never multiplied by more than 1
        Assert.Throws<InvalidInputException>(() => RollbackLog.Read(bad));
    }

    [Fact]
    public void The_line_gives_number_reasons_and_changes()
    {
        Assert.Equal("", RollbackLog.Line([], isMended: true));
        Assert.Equal("Recovered after 1 rollback: gap_grows at update 3,500, back to 3,000, learning rate × 0.5.",
            RollbackLog.Line(Two[..1], isMended: true));
        Assert.Equal("Not known to have recovered after 1 rollback: gap_grows at update 3,500, back to 3,000, learning rate × 0.5.",
            RollbackLog.Line(Two[..1], isMended: false));
        Assert.Equal("Recovered after 2 rollbacks: gap_grows at update 3,500, back to 3,000, learning rate × 0.5; "
            + "non_finite at update 4,100, back to 2,000, learning rate × 0.25, energy regularisation × 2, step size × 0.25.",
            RollbackLog.Line(Two, isMended: true));
    }
}
