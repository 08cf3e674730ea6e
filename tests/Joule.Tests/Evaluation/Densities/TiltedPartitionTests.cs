using Joule.Compute;
using Joule.Energies;
using Joule.Evaluation;
using Joule.Samplers;
using Joule.Tests.Energies;
using Xunit;

namespace Joule.Tests.Evaluation.Densities;

public sealed class TiltedPartitionTests
{
    private const double Bound = 0.9;
    private const int Draws = 20_000;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void Both_estimates_are_those_of_quadrature_within_five_standard_errors()
    {
        // The midpoint rule over 400 × 400 cells; its error is far below 10⁻³. Exact states of the model: of 60,000 states of the base,
        // those that an accept test with probability exp(−f − bound) accepts, a sixth of them at least.
        using Device device = Device.Cpu(2);
        using ResidualEnergy energy = ResidualEnergies.Plane(device, Bound, 12);
        const int side = 400;
        Rows grid = ResidualEnergies.Grid(side), energies = TestRows.Empty(side * side, 1);
        energy.Evaluate(grid, energies);
        double exact = Math.Log(energies.Span.ToArray().Sum(e => Math.Exp(-(double)e)) / (side * side));
        Assert.True(Math.Abs(exact) > 0.02, "a correction that changes nothing tests nothing");

        TiltedPartition partition = new(device, energy);
        LogPartitionEstimate below = partition.FromBase(Draws, 5, Token);
        Assert.InRange(below.StandardError, 1e-4, 0.01);
        Assert.Equal(exact, below.Value, 5 * below.StandardError + 1e-3);

        Rows kept = Kept(energy, 3 * Draws);
        Assert.InRange(kept.Count, Draws / 2, 3 * Draws);
        LogPartitionEstimate above = partition.FromModel(kept, Token);
        Assert.Equal(kept.Count, above.Count);
        Assert.InRange(above.StandardError, 1e-4, 0.01);
        Assert.Equal(exact, above.Value, 5 * above.StandardError + 1e-3);
    }

    [Fact]
    public void Too_few_states_are_refused()
    {
        using Device device = Device.Cpu(1);
        using ResidualEnergy energy = ResidualEnergies.Plane(device, 1, 1);
        TiltedPartition partition = new(device, energy);
        Assert.Throws<ArgumentOutOfRangeException>(() => partition.FromBase(1, 1, Token));
        Assert.Throws<ArgumentOutOfRangeException>(() => partition.FromModel(TestRows.Empty(1, 2), Token));
    }

    private static Rows Kept(ResidualEnergy energy, int count)
    {
        RandomStream draws = new(7, RandomPurpose.User, 0), tests = new(7, RandomPurpose.User, 1);
        Rows states = TestRows.Empty(count, 2), tilts = TestRows.Empty(count, 1);
        for (int i = 0; i < count; i++)
            energy.SampleBase(draws, (uint)i, states[i]);
        energy.Tilt(states, tilts);
        int kept = 0;
        for (int i = 0; i < count; i++)
        {
            if (tests.OpenUniform((uint)i, 0) < Math.Exp(-tilts.Span[i] - Bound))
                states[i].CopyTo(states[kept++]);
        }
        return states.Slice(0, kept);
    }
}
