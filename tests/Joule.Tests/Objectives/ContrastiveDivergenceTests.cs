using Joule.Compute;
using Joule.Energies;
using Joule.Networks;
using Joule.Objectives;
using Joule.Samplers;
using Joule.States;
using Joule.Tests.Data;
using Joule.Tests.Training;
using Xunit;

namespace Joule.Tests.Objectives;

public sealed class ContrastiveDivergenceTests
{
    private const int Batch = 8;

    [Fact]
    public void The_columns_of_metrics_are_as_documented() => Assert.Equal(
        ["loss", "cd", "regularization", "energy_data", "energy_negative", "lag", "lag_spreads", "rate_factor"],
        new ContrastiveDivergenceOptions().ListFigures().Where(f => f.IsRecorded).Select(f => f.Name));

    [Fact]
    public void The_sentinel_s_parameters_follow_from_the_options_and_the_attempt()
    {
        using Device device = Device.Cpu(1);
        BufferNegativesOptions buffer = new() { Slots = 20, Steps = 16, Sampler = new LangevinOptions { NoiseScale = 0.01f } };
        Contrast contrast = Of(device, buffer, Adjustment.None);
        Assert.Equal((0.1, true, 1, 20), (contrast.EnergyRegularization, contrast.Persistent, contrast.Width, contrast.Slots));
        Assert.Equal((false, false), (contrast.HasNoSteps, contrast.StartsFromData));
        Assert.Equal(0.04, contrast.NoiseMovement, 1e-8);
        Contrast mended = Of(device, buffer, new Adjustment(1, 1, 2, 4));
        Assert.Equal(0.2, mended.EnergyRegularization);
        Assert.Equal(0.08, mended.NoiseMovement, 1e-8);
        Assert.Equal(0.01, Of(device, buffer, new Adjustment(1, 1, 1, 1, 0.25)).NoiseMovement, 1e-8);
        Assert.Equal((0, false, false), Still(Of(device, new NoiseNegativesOptions { Steps = 0 }, Adjustment.None)));
        (double movement, bool noSteps, bool persistent) = Still(
            Of(device, new BufferNegativesOptions { Slots = 20, Steps = 0 }, Adjustment.None));
        Assert.True(movement > 0 && noSteps && persistent);
        contrast = Of(device, new DataNegativesOptions { Steps = 0 }, Adjustment.None);
        Assert.True(contrast.StartsFromData && contrast.HasNoSteps && !contrast.Persistent);
    }

    [Fact]
    public void Persistent_chains_are_those_of_the_buffer()
    {
        using Device device = Device.Cpu(1);
        using ContrastiveDivergence objective = New(device, new BufferNegativesOptions { Slots = 20, Initial = 12, Steps = 1 });
        Assert.Equal((12, 36), (objective.Chains!.Value.Count, objective.Chains.Value.Width));
        using ContrastiveDivergence noise = New(device, new NoiseNegativesOptions());
        Assert.Null(noise.Chains);
        Assert.Empty(noise.State);
    }

    [Fact]
    public void An_energy_without_a_gradient_is_refused()
    {
        using Device device = Device.Cpu(1);
        Refused.With(() => new ContrastiveDivergenceOptions().Create(new ObjectiveContext(device, new NoGradient(), Batch, 1)), "gradient");
    }

    private static (double, bool, bool) Still(Contrast contrast) => (contrast.NoiseMovement, contrast.HasNoSteps, contrast.Persistent);

    private static Contrast Of(Device device, NegativesOptions negatives, Adjustment adjustment)
    {
        using ContrastiveDivergence objective = New(device, negatives);
        objective.Adjust(adjustment, 1);
        return objective.Contrast;
    }

    private static ContrastiveDivergence New(Device device, NegativesOptions negatives)
    {
        NetworkEnergy energy = TrainerTests.Network(device, TrainerTests.Halves().Space, [new DenseLayer { Outputs = 1 }]);
        return new ContrastiveDivergence(
            new ObjectiveContext(device, energy, Batch, 1), new ContrastiveDivergenceOptions { Negatives = negatives });
    }

    private sealed class NoGradient : Energy
    {
        public override StateSpace Space { get; } = StateSpace.Real(Shape.Vector(2));

        public override void Evaluate(Rows states, Rows energies) => energies.Span.Clear();
    }
}
