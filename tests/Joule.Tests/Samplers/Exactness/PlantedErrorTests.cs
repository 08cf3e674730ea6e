using Joule.Energies;
using Xunit;
using Xunit.Sdk;

namespace Joule.Tests.Samplers;

/// <summary>A test of the tests: samplers with a planted error fail where the same sampler without it passes.</summary>
public sealed class PlantedErrorTests
{
    [Theory]
    [InlineData(Plant.None)]
    [InlineData(Plant.TestedSwap)]
    public void A_sampler_without_an_error_passes(Plant plant) => ExactScores.Hold(Scores(plant));

    [Theory]
    [InlineData(Plant.NoiseScale)]
    [InlineData(Plant.Sign)]
    [InlineData(Plant.NoTest)]
    [InlineData(Plant.HalfLeapfrog)]
    [InlineData(Plant.UntestedSwap)]
    public void An_error_fails(Plant plant)
    {
        IReadOnlyList<ExactScore> scores = Scores(plant);
        Assert.Contains("standard errors", Assert.Throws<TrueException>(() => ExactScores.Hold(scores)).Message, StringComparison.Ordinal);
    }

    // Two numbers of deviations 1 and 1.4.
    private static IReadOnlyList<ExactScore> Scores(Plant plant)
    {
        // A wrong sign changes the energy so much that hardly anything is accepted, but for a short step.
        PlantedOptions sampler = new(plant, StepSize: plant == Plant.Sign ? 0.3f : 0.8f);
        return new ExactRun { Energy = new HarmonicEnergy(1, 0.5), Sampler = sampler, Draws = 1024 }.Scores();
    }
}
