using Joule.Compute;
using Joule.Energies;
using Joule.Samplers;
using Joule.States;
using Xunit;

namespace Joule.Tests.Samplers;

/// <summary>
/// NUTS leaves distributions with known moments as they are. Chains start from exact samples. Every moment lies within four standard
/// errors, which come from the spread between chains: these are independent.
/// </summary>
public sealed class NoUTurnInvarianceTests
{
    private static readonly RandomStream Noise = new(7, RandomPurpose.SamplingChains, 0);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1, 1, 1.2f, 400, 40)]
    [InlineData(2, 1000, 1f, 400, 20)]
    [InlineData(10, 1, 0.9f, 400, 40)]
    [InlineData(10, 100, 0.9f, 400, 20)]
    [InlineData(100, 1, 0.5f, 100, 20)]
    [InlineData(100, 1000, 0.8f, 100, 10)]
    public void Means_and_variances_of_Gaussians(int width, double condition, float stepSize, int chains, int steps)
    {
        // Deviations from 1 to the root of the condition number.
        float[] deviation = [.. Enumerable.Range(0, width).Select(i => (float)Math.Pow(condition, 0.5 * i / Math.Max(1, width - 1)))];
        GaussianEnergy energy = new([.. deviation.Select(s => 3 * s)], deviation);
        Moments moments = Run(energy, energy, new() { StepSize = stepSize }, chains, steps, out double acceptance);
        Assert.InRange(acceptance, 0.5, 0.99);
        for (int i = 0; i < width; i++)
        {
            double s = deviation[i];
            moments.Has(3 * s, x => x[i], 0.2 * s);
            moments.Has(s * s, x => (x[i] - 3 * s) * (x[i] - 3 * s), 0.3 * s * s);
        }
    }

    [Fact]
    public void The_covariance_of_a_correlated_Gaussian()
    {
        // Correlation 0.9 and deviations 1 and 2.
        CorrelatedEnergy energy = new();
        Moments moments = Run(energy, null, new() { StepSize = 0.6f }, 1000, 30, out double acceptance);
        Assert.InRange(acceptance, 0.5, 0.99);
        moments.Has(0, x => x[0], 0.1);
        moments.Has(0, x => x[1], 0.2);
        moments.Has(1, x => x[0] * x[0], 0.1);
        moments.Has(1.8, x => x[0] * x[1], 0.2);
        moments.Has(4, x => x[1] * x[1], 0.4);
    }

    [Theory]
    [InlineData(1f, 0.12f)]
    [InlineData(4f, 0.2f)]
    public void The_moments_of_a_double_well(float temperature, float stepSize)
    {
        DoubleWellEnergy energy = new(Shape.Vector(5), 2, 1), heated = new(Shape.Vector(5), 2 / temperature, 1);
        NoUTurnOptions options = new() { StepSize = stepSize, Temperature = temperature, InverseMass = [0.5f, 1, 1, 2, 1] };
        Moments moments = Run(energy, heated, options, 400, 40, out double acceptance);
        Assert.InRange(acceptance, 0.5, 0.99);
        for (int i = 0; i < 5; i++)
        {
            foreach (int order in new[] { 1, 2, 4 })
                moments.Has(heated.Moment(i, order), x => Math.Pow(x[i], order), 0.3);
        }
    }

    [Fact]
    public void Walls_that_reflect_leave_a_truncated_exponential_exact()
    {
        // p(x) ∝ e^−2x on [0, 1], 5 numbers. Moments in closed form: mean ½ − 1/(e² − 1), mean square ½ − 2/(e² − 1).
        const double left = 0.15651764274966565;
        SlopeEnergy energy = new(5, 2, 0, 1);
        // Not a start from exact samples: e^−2x forgets the middle in a few steps of the size of the box.
        Moments moments = Run(energy, null, new() { StepSize = 0.3f }, 400, 100, out double acceptance);
        Assert.InRange(acceptance, 0.5, 0.999);
        for (int i = 0; i < 5; i++)
        {
            moments.Has(0.5 - left, x => x[i], 0.02);
            moments.Has(0.5 - 2 * left, x => x[i] * x[i], 0.02);
        }
    }

    private static Moments Run(Energy energy, IExact? exact, NoUTurnOptions options, int chains, int steps, out double acceptance)
    {
        using Device device = Device.Cpu(2);
        using ChainLoop loop = new(device, energy, chains);
        Rows states = TestRows.Empty(chains, energy.Space.Width);
        for (int c = 0; c < chains; c++)
        {
            if (exact is null)
                energy.Space.FillNoise(new RandomStream(4, RandomPurpose.User, 0), (uint)c, states[c]);
            else
                exact.Sample(new RandomStream(4, RandomPurpose.User, 0), (uint)c, states[c]);
        }
        Moments moments = new(chains);
        ChainSchedule schedule = new() { WarmUp = exact is null ? 30 : 1, Steps = steps };
        loop.Run(new NoUTurn(energy, options), states, schedule, Noise, [moments], null, 0, Token);
        acceptance = loop.Proposals!.Value.Acceptance;
        Assert.Equal(0, loop.Proposals.Value.Divergent);
        return moments;
    }

    private sealed class Moments(int chains) : IChainObserver
    {
        private readonly List<double[]> _states = [];

        public void Observe(in ChainReport report)
        {
            for (int c = 0; c < chains; c++)
                _states.Add(TestRows.Doubles(report.States[c]));
        }

        public void Has(double expected, Func<double[], double> of, double largestError)
        {
            double[] means = [.. Enumerable.Range(0, chains).Select(c => Enumerable.Range(0, _states.Count / chains)
                .Average(s => of(_states[s * chains + c])))];
            double mean = means.Average(), error = Math.Sqrt(means.Sum(m => (m - mean) * (m - mean)) / (chains - 1) / chains);
            Assert.InRange(error, 1e-9, largestError);
            Assert.Equal(expected, mean, 4 * error);
        }
    }

    /// <summary>Deviations 1 and 2, correlation 0.9.</summary>
    private sealed class CorrelatedEnergy : StateEnergy
    {
        private const double A = 1 / 0.19, B = 0.25 / 0.19, C = -0.45 / 0.19;

        public override StateSpace Space { get; } = StateSpace.Real(Shape.Vector(2));

        protected override float Evaluate(ReadOnlySpan<float> x) =>
            (float)(0.5 * A * x[0] * x[0] + C * x[0] * x[1] + 0.5 * B * x[1] * x[1]);

        protected override float Gradient(ReadOnlySpan<float> x, Span<float> gradient)
        {
            (gradient[0], gradient[1]) = ((float)(A * x[0] + C * x[1]), (float)(B * x[1] + C * x[0]));
            return Evaluate(x);
        }
    }
}
