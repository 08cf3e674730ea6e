using Joule.Compute;
using Joule.Energies;
using Joule.Samplers;
using Joule.States;
using Xunit;

namespace Joule.Tests.Samplers;

/// <summary>
/// The bias of samplers without an accept test: the step from which it vanishes, and how fast. That of <c>langevin</c> on a Gaussian is in
/// LangevinTests, that of <c>underdamped</c>, which is none there, in UnderdampedLangevinTests.
/// </summary>
public sealed class WeakOrderTests
{
    [Fact]
    public void Half_the_step_of_underdamped_Langevin_has_a_quarter_of_the_bias_on_a_quartic()
    {
        // Numbers of E = ¼(x² − 1)², on which the splitting is not exact. Its bias in E[x²] is −0.058ε² for these steps, 39 errors away
        // from 0 at ε = 0.4. Order 1 would halve the bias, and order 3 divide it by eight: both are more than four errors off.
        (double coarse, double coarseError) = Bias(0.4, 2000);
        (double fine, double fineError) = Bias(0.2, 8000);
        double error = Math.Sqrt(coarseError * coarseError + 16 * fineError * fineError);
        Assert.InRange(4 * error, 0, 0.5 * Math.Abs(coarse));
        Assert.Equal(coarse, 4 * fine, 4 * error);
    }

    /// <summary>E[x²] of the chains minus the exact one, and its standard error by the spread between independent chains.</summary>
    private static (double Bias, double Error) Bias(double step, int draws)
    {
        const int chains = 64, width = 256;
        DoubleWellEnergy energy = new(Shape.Vector(width), 0.25f, 1);
        using Device device = Device.Cpu(1);
        using ChainLoop loop = new(device, energy, chains);
        Sampler sampler = new UnderdampedLangevinOptions { StepSize = (float)step }.Create(energy);
        Rows states = TestRows.Normal(chains, width, 3);
        using ChainMemory memory = new(device, sampler, chains);
        memory.Init(sampler, states);
        MeanSquares squares = new(chains);
        ChainSchedule schedule = new() { WarmUp = (int)(20 / step), Steps = draws };
        loop.Run(sampler, states, schedule, new RandomStream(1, RandomPurpose.SamplingChains, 0), [squares], memory, 0,
            TestContext.Current.CancellationToken);
        double[] means = [.. squares.Sums.Select(s => s / draws / width)];
        double mean = means.Average(), variance = means.Sum(m => (m - mean) * (m - mean)) / (chains - 1);
        return (mean - energy.Moment(2), Math.Sqrt(variance / chains));
    }

    private sealed class MeanSquares(int chains) : IChainObserver
    {
        public double[] Sums { get; } = new double[chains];

        public void Observe(in ChainReport report)
        {
            if (!report.IsSample)
                return;
            for (int c = 0; c < chains; c++)
            {
                float sum = 0;
                foreach (float x in report.States[c])
                    sum += x * x;
                Sums[c] += sum;
            }
        }
    }
}
