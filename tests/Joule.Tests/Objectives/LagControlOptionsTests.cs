using Joule.Compute;
using Joule.Objectives;
using Joule.Samplers;
using Joule.Tests.Training;
using Joule.Training;
using Xunit;

namespace Joule.Tests.Objectives;

public sealed class LagControlOptionsTests
{
    private static readonly LagControlOptions Control = new()
    {
        Enabled = true,
        Target = 2,
        RatePower = 2,
        LeastRate = 0.1,
        MostStepSize = 3,
    };

    [Theory]
    [InlineData(-5, 1, 1)]
    [InlineData(2, 1, 1)]
    [InlineData(3, 4.0 / 9, 1.5)]
    [InlineData(4, 0.25, 2)]
    [InlineData(1000, 0.1, 3)]
    public void Above_the_target_weights_slow_down_and_chains_speed_up_within_limits(double lag, double rate, double step)
    {
        Assert.Equal(rate, Control.RateFactor(lag), 1e-12);
        Assert.Equal(step, Control.StepSizeFactor(lag), 1e-12);
    }

    [Fact]
    public void Both_factors_are_monotonic_and_continuous()
    {
        for (double lag = 0; lag < 10; lag += 0.01)
        {
            Assert.InRange(Control.RateFactor(lag) - Control.RateFactor(lag + 0.01), 0, 0.011);
            Assert.InRange(Control.StepSizeFactor(lag + 0.01) - Control.StepSizeFactor(lag), 0, 0.0051);
        }
    }

    [Fact]
    public void A_planted_lag_slows_the_weights_of_a_training()
    {
        // A tiny target makes any lag too large; without the control the same training makes whole steps.
        using Device device = Device.Cpu(1);
        using Trainer plain = New(device, Control with { Enabled = false }), slowed = New(device, Control with { Target = 1e-6 });
        TrainingFigures[] free = SnapshotTests.Steps(plain, 150), held = SnapshotTests.Steps(slowed, 150);
        Assert.True(held.Any(f => f["rate_factor"] == Control.LeastRate), string.Join(' ', held.Select(f => f["lag"])));
        Assert.All(held, f => Assert.InRange(f["rate_factor"], Control.LeastRate, 1));
        Assert.All(free, f => Assert.Equal(1, f["rate_factor"]));
        Assert.True(Moved(slowed) < Moved(plain), $"{Moved(slowed)} and {Moved(plain)}");
    }

    [Fact]
    public void A_resumed_training_continues_bit_for_bit()
    {
        using Device one = Device.Cpu(1), two = Device.Cpu(2);
        LagControlOptions control = Control with { Target = 1e-3, LeastRate = 1e-9 };
        using Trainer first = New(one, control), second = New(two, control);
        SnapshotTests.Steps(first, 120);
        using Snapshot snapshot = new(first);
        snapshot.Capture();
        TrainingFigures[] expected = SnapshotTests.Steps(first, 15);
        snapshot.Restore(second);
        Assert.Equal(expected, SnapshotTests.Steps(second, 15));
        Assert.True(expected.Select(f => f["rate_factor"]).Distinct().Count() > 3);
        Assert.True(TestRows.SameBits(first.Parameters.Span, second.Parameters.Span));
    }

    private static double Moved(Trainer trainer)
    {
        using Device device = Device.Cpu(1);
        using Trainer start = New(device, Control);
        ReadOnlySpan<float> before = start.Parameters.Span, after = trainer.Parameters.Span;
        double sum = 0;
        for (int i = 0; i < before.Length; i++)
            sum += Math.Abs(after[i] - before[i]);
        return sum;
    }

    // A fifth of the chains starts afresh, so that there are always young ones.
    private static Trainer New(Device device, LagControlOptions control) => new(
        TrainerTests.Setup(device, 4, TrainerTests.Negatives("buffer")) with
        {
            Objective = new ContrastiveDivergenceOptions
            {
                LagControl = control,
                Negatives = new BufferNegativesOptions
                {
                    Slots = 32,
                    FreshShare = 0.2f,
                    Steps = 5,
                    Sampler = new LangevinOptions { StepSize = 1, NoiseScale = 0.005f },
                },
            },
        });
}
