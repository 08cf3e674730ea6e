using Joule.Compute;
using Joule.Energies;
using Joule.Samplers;
using Xunit;

namespace Joule.Tests.Samplers;

/// <summary>
/// Exact samplers on a Gaussian of 10 dimensions whose covariance has condition number 100: standard deviations from 1 to 10.
/// </summary>
public sealed class IllConditionedTests
{
    private const int Dimensions = 10, Chains = 200;

    public static TheoryData<string> Exact() => ["mala", "hmc"];

    [Theory]
    [MemberData(nameof(Exact))]
    public void All_variances_are_within_four_standard_errors(string name)
    {
        // MALA's noise of a step is 1, so a direction with deviation σ = 10 has an autocorrelation time of σ²/η = 200 steps; the warm-up of
        // 4,000 steps is 20 of them. A trajectory of HMC has a mean time of 0.8 · 15 = 12, more than a radian in that direction.
        (SamplerOptions options, ChainSchedule schedule) = name == "mala"
            ? ((SamplerOptions)new MetropolisAdjustedLangevinOptions { StepSize = 0.5f },
                new ChainSchedule { WarmUp = 4000, Steps = 4000, Thinning = 10 })
            : (new HamiltonianMonteCarloOptions { StepSize = 0.8f, LeapfrogSteps = 15 }, new ChainSchedule { WarmUp = 100, Steps = 200 });
        double[] deviation = [.. Enumerable.Range(0, Dimensions).Select(i => Math.Pow(10, i / (Dimensions - 1.0)))];
        GaussianEnergy energy = new(new float[Dimensions], [.. deviation.Select(s => (float)s)]);
        using Device device = Device.Cpu(2);
        using ChainLoop loop = new(device, energy, Chains);
        Squares squares = new();
        loop.Run(options.Create(energy), TestRows.Empty(Chains, Dimensions), schedule, new RandomStream(3, RandomPurpose.SamplingChains, 0),
            [squares], null, 0, TestContext.Current.CancellationToken);
        Assert.InRange(loop.Proposals!.Value.Acceptance, 0.2, 0.95);
        Assert.Equal(0, loop.Proposals.Value.Divergent);
        int samples = schedule.Steps / schedule.Thinning;
        Assert.Equal(samples, squares.Count);
        for (int i = 0; i < Dimensions; i++)
        {
            // The mean square of a chain has the variance 2σ⁴ / (its effective samples), and chains are independent. So the effective
            // number of all samples is Chains · 2σ⁴ / (variance of the chains' mean squares), and the standard error of the variance is
            // σ²√(2/effective).
            double v = deviation[i] * deviation[i];
            double[] means = [.. Enumerable.Range(0, Chains).Select(c => squares.Sums[(c * Dimensions) + i] / samples)];
            double spread = means.Sum(m => (m - means.Average()) * (m - means.Average())) / (Chains - 1);
            double effective = Chains * 2 * v * v / spread, error = v * Math.Sqrt(2 / effective);
            Assert.InRange(effective, 500, 3.0 * Chains * samples); // above 1 per sample if trajectories turn by more than a quarter
            Assert.InRange(error / v, 0, 0.07);
            Assert.Equal(v, means.Average(), 4 * error);
        }
    }

    private sealed class Squares : IChainObserver
    {
        public double[] Sums { get; } = new double[Chains * Dimensions];

        public int Count { get; private set; }

        public void Observe(in ChainReport report)
        {
            Count++;
            for (int i = 0; i < Sums.Length; i++)
                Sums[i] += (double)report.States.Span[i] * report.States.Span[i];
        }
    }
}
