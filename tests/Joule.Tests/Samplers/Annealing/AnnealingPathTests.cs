using Joule.Compute;
using Joule.Energies;
using Joule.Samplers;
using Joule.States;
using Xunit;

namespace Joule.Tests.Samplers;

public sealed class AnnealingPathTests
{
    private const int Count = 7, Width = 4;

    [Theory]
    [InlineData(false, 1)]
    [InlineData(true, 1)]
    [InlineData(false, 2.5f)]
    public void Changes_of_weights_at_states_that_stay_add_up_to_the_difference_of_energies(bool box, float temperature)
    {
        StateSpace space = box ? StateSpace.Box(Shape.Vector(Width), -4, 4) : StateSpace.Real(Shape.Vector(Width));
        BowlEnergy energy = new(space, 3, 0.5f);
        AnnealedImportanceSamplingOptions options = new()
        {
            Inner = new HamiltonianMonteCarloOptions { Temperature = temperature },
            Ladder = [0.001, 0.002, 0.1, 0.3, 0.35, 0.9, 1],
            BaseScale = 1.5,
        };
        AnnealingPath path = new(energy, options, "It");
        NestedPlace place = new(TestRows.Empty(Count, Width), TestRows.Empty(Count, 1), TestRows.Empty(Count, 1));
        Rows states = TestRows.Normal(Count, Width, 3), slopes = TestRows.Empty(Count, Width);
        double[] changes = new double[Count], sums = new double[Count];
        for (int k = 1; k <= path.Count; k++)
        {
            path.Enter(k, states, place, changes);
            for (int i = 0; i < Count; i++)
            {
                sums[i] += changes[i];
                double norm = 0, energyHere = 0;
                for (int j = 0; j < Width; j++)
                {
                    double share = options.Ladder[k - 1], x = states[i][j], own = box ? 0 : (1 - share) * temperature / 2.25;
                    double slope = own * x + share * 3 * (x - 0.5);
                    Assert.Equal(slope, place.Gradient[i][j], 1e-5 * (1 + Math.Abs(slope)));
                    norm += slope * slope;
                    energyHere += 0.5 * own * x * x + share * 1.5 * (x - 0.5) * (x - 0.5);
                }
                Assert.Equal(norm, place.Norms.Span[i], 1e-5 * (1 + norm));
                Assert.Equal(energyHere, place.Energies.Span[i], 1e-6 * (1 + energyHere));
            }
        }
        float[] energies = new float[Count];
        energy.Gradient(states, energies, slopes);
        for (int i = 0; i < Count; i++)
        {
            double half = box ? 0 : states[i].ToArray().Sum(x => 0.5 * x * x) / 2.25;
            double expected = half - energies[i] / temperature;
            Assert.Equal(expected, sums[i], 1e-6 * (1 + Math.Abs(expected)));
        }
        // At the end they are those of the energy itself.
        Assert.True(TestRows.SameBits(slopes.Span, place.Gradient.Span));
        Assert.True(TestRows.SameBits(energies, place.Energies.Span));
        double[] last = new double[Count];
        path.EnterLast(states, place.Energies, last);
        Assert.Equal(changes, last);
        Assert.True(TestRows.SameBits(energies, place.Energies.Span));
    }

    [Fact]
    public void It_refuses_an_inner_sampler_that_keeps_something()
    {
        BowlEnergy energy = new(StateSpace.Real(Shape.Vector(Width)), 1, 0);
        AnnealedImportanceSamplingOptions options = new() { Inner = new AnnealedImportanceSamplingOptions() };
        InvalidInputException e = Assert.Throws<InvalidInputException>(() => options.Create(energy));
        Assert.Contains("keeps nothing", e.Message, StringComparison.Ordinal);
        Assert.Contains("log_weight", e.Message, StringComparison.Ordinal);
    }
}
