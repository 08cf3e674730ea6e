using Joule.Compute;
using Joule.Energies;
using Joule.Samplers;
using Joule.States;
using Xunit;

namespace Joule.Tests.Samplers;

public sealed class ColumnChainsTests
{
    [Fact]
    public void Numbers_have_the_conditional_moments_of_a_gaussian()
    {
        const int chains = 2000;
        CorrelatedGaussianEnergy energy = new([1, -1, 0], new double[,] { { 1, 0.8, 0.2 }, { 0.8, 1, 0 }, { 0.2, 0, 0.25 } });
        bool[] isMissing = [true, false, true];
        CorrelatedGaussianEnergy given = energy.Given([0, 0.5f, 0], isMissing);
        Rows states = TestRows.Empty(chains, 3), energies = TestRows.Empty(chains, 1);
        for (int i = 0; i < chains; i++)
            states[i][1] = 0.5f;
        ColumnChains.Run(energy, StateColumn.Single(energy.Space), isMissing, new RandomStream(4, RandomPurpose.User, 0), states, energies);
        double[] first = [.. Enumerable.Range(0, chains).Select(i => (double)states[i][0])];
        double[] last = [.. Enumerable.Range(0, chains).Select(i => (double)states[i][2])];
        (double[] Values, int Number)[] both = [(first, 0), (last, 1)];
        foreach ((double[] values, int number) in both)
        {
            // Chains are independent of each other: five standard errors of a mean and of a variance.
            double mean = given.Moment(number, 1), variance = given.Covariance(number, number)!.Value;
            Assert.Equal(mean, values.Average(), 5 * Math.Sqrt(variance / chains));
            Assert.Equal(variance, values.Average(v => (v - mean) * (v - mean)), 5 * variance * Math.Sqrt(2.0 / chains));
        }
        Assert.All(Enumerable.Range(0, chains), i => Assert.Equal(0.5f, states[i][1]));
        Assert.Equal(TableEnergies(energy, states), energies.Span.ToArray());
    }

    [Fact]
    public void Levels_have_their_exact_probabilities()
    {
        const int chains = 4000;
        LevelEnergy energy = new();
        StateColumn[] columns = [new(0, 4, 3, "level"), new(4, 1, 0, "number")];
        Rows states = TestRows.Empty(chains, 5), energies = TestRows.Empty(chains, 1);
        ColumnChains.Run(energy, columns, [true, true, true, true, true], new RandomStream(4, RandomPurpose.User, 0), states, energies);
        // p(level) ∝ exp(−level): the number is normal around it, whichever it is.
        double z = 1 + Math.Exp(-1) + Math.Exp(-2);
        for (int level = 0; level < 3; level++)
        {
            double p = Math.Exp(-level) / z, share = Enumerable.Range(0, chains).Average(i => (double)states[i][level]);
            Assert.Equal(p, share, 5 * Math.Sqrt(p * (1 - p) / chains));
        }
        Assert.All(Enumerable.Range(0, chains), i => Assert.Equal((1f, 0f),
            (states[i][0] + states[i][1] + states[i][2], states[i][3])));
    }

    [Fact]
    public void A_non_finite_energy_is_a_divergence()
    {
        Rows states = TestRows.Of(1, 5, 1, 0, 0, 0, float.NaN), energies = TestRows.Empty(1, 1);
        Assert.Throws<DivergenceException>(() => ColumnChains.Evaluate(new LevelEnergy(), states, energies));
    }

    private static float[] TableEnergies(Energy energy, Rows states)
    {
        float[] energies = new float[states.Count];
        energy.Evaluate(states, energies);
        return energies;
    }

    // E = level + ½(number − level)².
    private sealed class LevelEnergy : Energy
    {
        public override StateSpace Space { get; } = StateSpace.Real(Shape.Vector(5));

        public override void Evaluate(Rows states, Rows energies)
        {
            for (int i = 0; i < states.Count; i++)
            {
                float level = states[i][1] + 2 * states[i][2], apart = states[i][4] - level;
                energies[i][0] = level + 0.5f * apart * apart;
            }
        }
    }
}
