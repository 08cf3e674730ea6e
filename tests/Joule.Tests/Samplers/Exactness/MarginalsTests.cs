using Joule.Compute;
using Joule.Energies;
using Joule.Samplers;
using Joule.States;
using Xunit;

namespace Joule.Tests.Samplers;

/// <summary>
/// The whole distribution of one number by the test of Kolmogorov and Smirnov: last states of independent chains beside the distribution
/// function by quadrature.
/// </summary>
public sealed class MarginalsTests
{
    private const int Chains = 2000;

    // The largest distance of an empirical distribution function of n draws from the true one is above √(ln(2/α)/2n) with probability at
    // most α (Massart 1990, Annals of Probability 18:1269). α = 0.1%: 0.044.
    private static readonly double Critical = Math.Sqrt(Math.Log(2 / 0.001) / (2 * Chains));

    private static readonly Dictionary<string, (Func<Energy> Create, double Low, double High)> Energies = new()
    {
        ["normal"] = (() => new HarmonicEnergy(1), -9, 9),
        ["double_well"] = (() => new DoubleWellEnergy(Shape.Vector(1), 1, 1.5f), -5, 5),
        ["mixture"] = (() => new GaussianMixtureEnergy([1, 2], [[-1.5], [1]], [0.5, 1]), -9, 9),
        ["slope_in_a_box"] = (() => new SlopeEnergy(1, 2, 0, 1), 0, 1),
    };

    public static MatrixTheoryData<string, string> Cases() => new(UnbiasedSamplers.Quick, Energies.Keys);

    [Theory]
    [MemberData(nameof(Cases))]
    public void Last_states_follow_the_distribution(string name, string energy)
    {
        double distance = Distance(UnbiasedSamplers.Options(name, step: 0.2), energy);
        Assert.InRange(distance, 1e-4, Critical);
    }

    [Fact]
    public void A_coarse_step_without_an_accept_test_is_found()
    {
        // η = 1.2 makes 2.5 of the variance 1 of a normal distribution: the functions are 0.109 apart.
        Assert.InRange(Distance(new LangevinOptions { StepSize = 1.2f }, "normal"), 0.109 - Critical, 0.109 + Critical);
        Assert.True(0.109 - Critical > Critical);
    }

    private static double Distance(SamplerOptions sampler, string name)
    {
        (Func<Energy> create, double low, double high) = Energies[name];
        Energy energy = create();
        // 60 steps adapt the sampler, and in 60 more each chain forgets the others, which the adaptation has met.
        float[] states = new ExactRun { Energy = energy, Sampler = sampler, Chains = Chains, WarmUp = 60 }.Last(60).Span.ToArray();
        Array.Sort(states);
        double[] below = Below(energy, low, high);
        double largest = 0;
        for (int i = 0; i < states.Length; i++)
        {
            double place = (states[i] - low) / (high - low) * (below.Length - 1);
            int node = Math.Clamp((int)place, 0, below.Length - 2);
            double expected = below[node] + (place - node) * (below[node + 1] - below[node]);
            largest = Math.Max(largest, Math.Max(expected - (double)i / Chains, (i + 1.0) / Chains - expected));
        }
        return largest;
    }

    // The distribution function at 4,001 nodes, by the trapezoidal rule.
    private static double[] Below(Energy energy, double low, double high)
    {
        const int nodes = 4001;
        Rows states = TestRows.Empty(nodes, 1);
        for (int i = 0; i < nodes; i++)
            states[i][0] = (float)Math.Clamp(low + i * (high - low) / (nodes - 1), low, high);
        float[] energies = new float[nodes];
        energy.Evaluate(states, energies);
        double[] below = new double[nodes];
        for (int i = 1; i < nodes; i++)
            below[i] = below[i - 1] + Math.Exp(-energies[i - 1]) + Math.Exp(-energies[i]);
        return [.. below.Select(b => b / below[^1])];
    }
}
