using Joule.Compute;
using Joule.Energies;
using Joule.Evaluation;
using Joule.Samplers;
using Xunit;

namespace Joule.Tests.Samplers;

public sealed class TemperedTransitionsTests
{
    private static readonly RandomStream Noise = new(3, RandomPurpose.SamplingChains, 0);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void It_weighs_modes_that_its_inner_sampler_cannot_cross()
    {
        GaussianMixtureEnergy energy = new([0.3, 0.7], [[-6, 0], [6, 0]], [1, 1]);
        TemperedTransitionsOptions options = new()
        {
            Inner = new HamiltonianMonteCarloOptions { StepSize = 0.6f, LeapfrogSteps = 4 },
            Temperatures = 14,
            Hottest = 40,
        };
        using Device device = Device.Cpu(2);
        using ChainLoop loop = new(device, energy, 16);
        DrawRecorder draws = new(16, 3000, 2);
        loop.Run(options.Create(energy), TestRows.Normal(16, 2, 1, 6), new ChainSchedule { WarmUp = 200, Steps = 3000 }, Noise, [draws],
            null, 0, Token);
        Assert.InRange(loop.Proposals!.Value.Acceptance, 0.1, 0.9);
        Within(draws.Draws(0), 2.4);
        Within(draws.Draws(0).Map(x => x * x), 37);
        Within(draws.Draws(1).Map(x => x * x), 1);
    }

    [Fact]
    public void With_the_same_energy_at_every_temperature_every_transition_is_accepted()
    {
        // A ladder of almost equal temperatures: the ratio is one, whatever the inner sampler does.
        GaussianEnergy energy = new([0, 1], [1, 2]);
        TemperedTransitionsOptions options = new() { Ladder = [1, 1 + 1e-12, 1 + 2e-12] };
        using Device device = Device.Cpu(1);
        using ChainLoop loop = new(device, energy, 8);
        loop.Run(options.Create(energy), TestRows.Normal(8, 2, 1), 50, Noise, 0, Token);
        Assert.Equal(1, loop.Proposals!.Value.Acceptance);
    }

    [Fact]
    public void The_inner_sampler_must_be_one_that_it_can_use()
    {
        GaussianEnergy energy = new([0, 1], [1, 2]);
        InvalidInputException e = Assert.Throws<InvalidInputException>(
            () => new TemperedTransitionsOptions { Inner = new LangevinOptions() }.Create(energy));
        Assert.Contains("inner is langevin; it must have a temperature and an accept test", e.Message, StringComparison.Ordinal);
        e = Assert.Throws<InvalidInputException>(
            () => new TemperedTransitionsOptions { Inner = new ParallelTemperingOptions() }.Create(energy));
        Assert.Contains("keeps nothing between its steps; ParallelTempering keeps exchanges", e.Message, StringComparison.Ordinal);
        e = Assert.Throws<InvalidInputException>(
            () => new TemperedTransitionsOptions { StepsPerTemperature = 1000, Temperatures = 100 }.Create(energy));
        Assert.Contains("198,000 inner steps", e.Message, StringComparison.Ordinal);
    }

    private static void Within(ChainDraws draws, double expected)
    {
        double mean = draws.Values.ToArray().Average(), error = MonteCarloError.OfMean(draws);
        Assert.True(Math.Abs(mean - expected) < 4 * error, $"{mean} ± {error} against {expected}");
        Assert.InRange(error, 0, 0.07 * Math.Max(1, expected));
    }
}
