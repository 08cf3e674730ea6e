using Joule.Compute;
using Joule.Energies;
using Joule.Evaluation;
using Joule.Samplers;
using Joule.States;
using Joule.Tests.Energies;
using Xunit;

namespace Joule.Tests.Evaluation;

public sealed class MarginalEnergiesTests
{
    [Fact]
    public void Rows_with_missing_values_are_integrated_and_the_others_are_not_touched()
    {
        using Device device = Device.Cpu(2);
        using FittedEnergy energy = TableRows.Fit(device, TableRows.Combination(), TableRows.Bent(200));
        Holes holes = new();
        float[] energies = MarginalEnergies.Run(device, energy, holes, cancellation: TestContext.Current.CancellationToken);
        float[] plain = EnergyOfStates.Run(device, energy, holes, cancellation: TestContext.Current.CancellationToken);
        Assert.Equal(plain[0], energies[0]);
        MissingDraws draws = new MissingColumns(energy, holes.StateColumns, MarginalEnergies.Draws)
            .Draw([0.5f, 0, 1], [false, true, false]);
        Assert.Equal((float)draws.FreeEnergy, energies[1]);
        Assert.NotEqual(plain[1], energies[1]);
    }

    [Fact]
    public void An_energy_without_a_tree_is_refused()
    {
        using Device device = Device.Cpu(1);
        GaussianEnergy energy = new(new float[3], [1, 1, 1]);
        Assert.Contains("1 row of holes have missing values", Assert.Throws<InvalidInputException>(
            () => MarginalEnergies.Run(device, energy, new Holes(), cancellation: TestContext.Current.CancellationToken)).Message,
            StringComparison.Ordinal);
    }

    // Of two rows, the second lacks its middle number.
    private sealed class Holes : StateSet
    {
        public override string Name => "holes";

        public override StateSpace Space { get; } = StateSpace.Real(Shape.Vector(3));

        public override int Count => 2;

        public override bool HasMissing(int index) => index == 1;

        public override void Read(int index, Span<float> state) => ((ReadOnlySpan<float>)[0.5f, 0, 1]).CopyTo(state);

        public override void ReadKnown(int index, Span<float> state, Span<bool> isMissing)
        {
            base.ReadKnown(index, state, isMissing);
            isMissing[1] = index == 1;
        }
    }
}
