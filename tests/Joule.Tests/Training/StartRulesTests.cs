using Joule.Compute;
using Joule.Energies;
using Joule.Objectives;
using Joule.Samplers;
using Joule.States;
using Joule.Tests.Objectives;
using Joule.Training;
using Xunit;

namespace Joule.Tests.Training;

public sealed class StartRulesTests
{
    private static readonly double Width = Math.Sqrt(12) * 2; // states with a deviation of 2

    [Theory]
    [InlineData(1.9, 0)]
    [InlineData(2.1, 1)]
    public void Noise_on_the_data_larger_than_they_are_is_named(double noise, int warnings)
    {
        IReadOnlyList<SentinelVerdict> found = Look(new NoiseContrastiveOptions(), noise, new SentinelOptions());
        Assert.Equal(warnings, found.Count);
        Assert.All(found, v => Assert.Equal((SentinelLevel.Warning, SentinelReason.NoiseDrowns), (v.Level, v.Reason)));
        Assert.All(found, v => Assert.Equal(noise / 2, v.Value, 1e-9));
        Assert.Empty(Look(new NoiseContrastiveOptions(), noise, new SentinelOptions { Enabled = false }));
        Assert.Empty(Look(new NoiseContrastiveOptions(), noise, new SentinelOptions { NoiseWarning = 3 }));
    }

    [Fact]
    public void The_smallest_noise_of_an_objective_counts()
    {
        Assert.Empty(Look(new EnergyDiscrepancyOptions { Noise = 50, LeastNoise = 0.9 }, 0, new SentinelOptions()));
        Assert.Single(Look(new EnergyDiscrepancyOptions { Noise = 50, LeastNoise = 1.1 }, 0, new SentinelOptions()));
        // A Langevin step at temperature 1 has noise of deviation √(2η).
        Assert.Empty(Look(Chains(1.9f), 0, new SentinelOptions()));
        Assert.Single(Look(Chains(2.1f), 0, new SentinelOptions()));
    }

    private static ContrastiveDivergenceOptions Chains(float deviation) => new()
    {
        Negatives = new NoiseNegativesOptions { Sampler = new LangevinOptions { StepSize = deviation * deviation / 2 } },
    };

    private static IReadOnlyList<SentinelVerdict> Look(ObjectiveOptions options, double noise, SentinelOptions sentinel)
    {
        using Device device = Device.Cpu(1);
        Energy energy = options is ContrastiveDivergenceOptions ? new HarmonicOptions().Create() : new LearnedGaussian(device, 2);
        ArrayStates data = new("made up", StateSpace.Real(Shape.Vector(2)), [[-2, 2], [2, -2]]);
        using Objective objective = options.Create(new ObjectiveContext(device, energy, 2, 1) { Width = Width, Train = data });
        return StartRules.Look(sentinel, objective, noise, Width);
    }
}
