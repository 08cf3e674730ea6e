using Joule.Objectives;
using Joule.Training;
using Xunit;

namespace Joule.Tests.Training;

public sealed class AdjustmentPolicyTests
{
    [Fact]
    public void A_learning_rate_that_is_too_high_is_halved_each_time()
    {
        Assert.Equal([new Adjustment(1, 0.5, 1, 1), new(2, 0.25, 1, 1), new(3, 0.125, 1, 1)], Adjustments(3, lasts: 5000));
    }

    [Fact]
    public void Chains_that_lost_the_data_get_a_lower_rate_and_more_steps_but_no_more_regularisation()
    {
        Assert.Equal(
            [new Adjustment(1, 0.5, 1, 1.5), new(2, 0.25, 1, 2.25), new(3, 0.125, 1, 3.375), new(4, 0.0625, 1, 4), new(5, 0.03125, 1, 4)],
            Adjustments(5, lasts: 5000, settled: true));
        // A checkpoint of an earlier version may already have more of both.
        Assert.Equal(new Adjustment(4, 0.25, 2, 5),
            AdjustmentPolicy.Next([Rolled(5000, 0, new Adjustment(3, 0.5, 2, 5))], 9000, 1000, settled: true));
    }

    [Fact]
    public void A_repeated_divergence_gets_a_stronger_change()
    {
        Assert.Equal(
            [new Adjustment(1, 1.0 / 2, 1, 1), new(2, 1.0 / 8, 1, 1), new(3, 1.0 / 128, 1, 1), new(4, 1.0 / 1024, 1, 1),
                new(5, 1.0 / 1024, 1, 1)],
            Adjustments(5, lasts: 100));
    }

    [Fact]
    public void After_a_calm_period_the_weakest_change_is_tried_again()
    {
        Rollback first = Rolled(100, 0, new Adjustment(1, 0.5, 1, 1)), second = Rolled(200, 0, new Adjustment(2, 0.125, 1, 1));
        Assert.Equal(new Adjustment(3, 0.125 / 2, 1, 1), AdjustmentPolicy.Next([first, second], 1000, 1000));
        Assert.Equal(new Adjustment(3, 0.125 / 16, 1, 1), AdjustmentPolicy.Next([first, second], 999, 1000));
    }

    [Fact]
    public void Jumping_chains_get_shorter_steps_and_the_learning_rate_stays()
    {
        Assert.Equal(
            [new Adjustment(1, 1, 1, 1, 1.0 / 2), new(2, 1, 1, 1, 1.0 / 8), new(3, 1, 1, 1, 1.0 / 128), new(4, 1, 1, 1, 1.0 / 1024),
                new(5, 1, 1, 1, 1.0 / 1024)],
            Adjustments(5, lasts: 100, jumps: true));
    }

    [Theory]
    [InlineData(SentinelReason.GapGrows, 0.41, 2, true)]
    [InlineData(SentinelReason.Walls, 0.41, 2, true)]
    [InlineData(SentinelReason.GapGrows, 0.39, 2, false)]
    [InlineData(SentinelReason.GapGrows, 0.21, 1, true)]
    [InlineData(SentinelReason.BufferAlike, 0.21, 1, true)]
    [InlineData(SentinelReason.ChainsJump, double.NaN, 1, true)]
    [InlineData(SentinelReason.EnergiesRunAway, 0.9, 1, false)]
    [InlineData(SentinelReason.GapGrows, double.NaN, 1, false)]
    public void Chains_jump_where_they_cross_a_good_part_of_the_domain_and_come_apart_from_the_data(
        SentinelReason reason, double movement, double width, bool expected) =>
        Assert.Equal(expected, AdjustmentPolicy.ChainsJump(reason, movement, width));

    [Fact]
    public void Every_change_is_valid()
    {
        foreach (Adjustment adjustment in Adjustments(100, lasts: 5000, settled: true).Concat(Adjustments(100, lasts: 100, jumps: true)))
            adjustment.Validate();
    }

    private static List<Adjustment> Adjustments(int count, long lasts, bool jumps = false, bool settled = false)
    {
        List<Rollback> rollbacks = [];
        for (int i = 0; i < count; i++)
            rollbacks.Add(Rolled(lasts, 0, AdjustmentPolicy.Next(rollbacks, lasts, 1000, jumps, settled)));
        return [.. rollbacks.Select(r => r.Adjustment)];
    }

    private static Rollback Rolled(long update, long backTo, Adjustment adjustment) =>
        new(update, 1, SentinelReason.GapGrows, 1, 1, update, backTo, adjustment);
}
