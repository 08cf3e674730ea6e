using Joule.Compute;
using Joule.Energies;
using Joule.States;
using Xunit;

namespace Joule.Tests.Energies;

public sealed class PathEnergyTests
{
    private const int Count = 9, Width = 5;

    private static readonly StateSpace Real = StateSpace.Real(Shape.Vector(Width));
    private static readonly StateSpace Box = StateSpace.Box(Shape.Vector(Width), -2, 3);

    private static readonly GaussianMixtureOptions Mixture = new() { Means = [[0, 1, 0, 1, 0], [1, 0, 0, 0, -2]], Deviation = 1.5 };

    [Theory]
    [InlineData("normal", 0.25)]
    [InlineData("normal", 1)]
    [InlineData("uniform", 0.25)]
    [InlineData("energy", 0.25)]
    [InlineData("energy", 1)]
    public void It_is_the_weighted_sum_of_the_base_and_the_energy(string kind, double share)
    {
        const double temperature = 1.7;
        PathBase start = Base(kind);
        StateEnergyOfSpace end = new(kind == "uniform" ? Box : Real);
        PathEnergy path = new(start, end, share, temperature);
        Rows states = TestRows.Normal(Count, Width, 3), slopes = TestRows.Empty(Count, Width), others = TestRows.Empty(Count, Width);
        float[] energies = new float[Count], alone = new float[Count], of = new float[Count];
        double[] bases = new double[Count];
        path.Gradient(states, energies, slopes);
        path.Evaluate(states, alone);
        end.Gradient(states, of, others);
        start.Evaluate(states, bases);
        Assert.Equal(energies, alone);
        for (int i = 0; i < Count; i++)
        {
            double expected = (1 - share) * temperature * bases[i] + share * of[i];
            Assert.Equal(expected, energies[i], 1e-6 * (1 + Math.Abs(expected)));
            for (int j = 0; j < Width; j++)
            {
                double slope = (1 - share) * temperature * Slope(start, states, i, j) + share * others[i][j];
                Assert.Equal(slope, slopes[i][j], 2e-5 * (1 + Math.Abs(slope)));
            }
        }
        if (share == 1)
            Assert.True(TestRows.SameBits(others.Span, slopes.Span));
    }

    [Theory]
    [InlineData("normal")]
    [InlineData("uniform")]
    [InlineData("energy")]
    public void Draws_of_a_base_have_its_density_and_its_partition_function(string kind)
    {
        // The mean of exp(E₀ − ½‖x‖²)·(2π)^(−n/2)·Z₀ over draws of exp(−E₀)/Z₀ is the share of a standard normal in the base's support,
        // here 1 or a product of normal probabilities. Four standard errors of 20,000 draws.
        const int draws = 20_000;
        PathBase start = Base(kind);
        Rows states = TestRows.Empty(draws, Width);
        RandomStream stream = new(5, RandomPurpose.User, 0);
        for (int i = 0; i < draws; i++)
            start.Sample(stream, (uint)i, states[i]);
        double[] energies = new double[draws], values = new double[draws];
        start.Evaluate(states, energies);
        for (int i = 0; i < draws; i++)
        {
            double half = states[i].ToArray().Sum(x => 0.5 * x * x);
            values[i] = Math.Exp(energies[i] - half - Width * 0.5 * Math.Log(2 * Math.PI) + start.LogPartition);
        }
        double mean = values.Average(), error = Math.Sqrt(values.Sum(v => (v - mean) * (v - mean)) / draws / draws);
        const double inside = 0.9772498680518208 - 1 + 0.9986501019683699; // Φ(3) − Φ(−2)
        Assert.Equal(kind == "uniform" ? Math.Pow(inside, Width) : 1, mean, 4 * error);
        Assert.InRange(error, 0, 0.02);
    }

    [Fact]
    public void A_base_without_exact_states_or_of_other_states_is_refused()
    {
        InvalidInputException funnel = Assert.Throws<InvalidInputException>(() => PathBase.Of(new RastriginOptions(), 1, Real));
        Assert.Contains("rastrigin", funnel.Message, StringComparison.Ordinal);
        InvalidInputException width = Assert.Throws<InvalidInputException>(
            () => PathBase.Of(new GaussianOptions { Dimensions = 3 }, 1, Real));
        Assert.Contains("same width", width.Message, StringComparison.Ordinal);
        Assert.Throws<InvalidInputException>(() => PathBase.Of(Mixture, 1, Box));
    }

    private static PathBase Base(string kind) => kind switch
    {
        "normal" => PathBase.Of(null, 1.3, Real),
        "uniform" => PathBase.Of(null, 1.3, Box),
        _ => PathBase.Of(Mixture, 1, Real),
    };

    // By a central difference of E₀, whose error is of the order of the square of the step.
    private static double Slope(PathBase start, Rows states, int row, int number)
    {
        const float step = 1.0f / 512;
        Rows two = TestRows.Empty(2, Width);
        double[] energies = new double[2];
        states[row].CopyTo(two[0]);
        states[row].CopyTo(two[1]);
        two[0][number] -= step;
        two[1][number] += step;
        start.Evaluate(two, energies);
        return start is EnergyBase ? MixtureSlope(states[row], number)
            : (energies[1] - energies[0]) / ((double)two[1][number] - two[0][number]);
    }

    private static double MixtureSlope(ReadOnlySpan<float> state, int number)
    {
        double[] gradient = new double[Width];
        ((GaussianMixtureEnergy)Mixture.Create()).Value([.. state.ToArray().Select(x => (double)x)], gradient);
        return gradient[number];
    }

    private sealed class StateEnergyOfSpace(StateSpace space) : StateEnergy
    {
        public override StateSpace Space => space;

        protected override float Evaluate(ReadOnlySpan<float> state) => Gradient(state, new float[state.Length]);

        protected override float Gradient(ReadOnlySpan<float> state, Span<float> gradient)
        {
            double sum = 0;
            for (int i = 0; i < state.Length; i++)
            {
                sum += 0.25 * state[i] * state[i] * state[i] * state[i] - i * state[i];
                gradient[i] = state[i] * state[i] * state[i] - i;
            }
            return (float)sum;
        }
    }
}
