using Joule.Compute;
using Joule.Energies;
using Joule.Samplers;
using Xunit;

namespace Joule.Tests.Samplers;

/// <summary>Chains of an annealing sampler that ran for a test.</summary>
internal sealed class AnnealingRuns
{
    private AnnealingRuns(float[] states, double[] logWeights, LogPartitionEstimate estimate, ProposalFigures proposals)
    {
        (States, LogWeights, Estimate, Proposals) = (states, logWeights, estimate, proposals);
    }

    /// <summary>The last states.</summary>
    public float[] States { get; }

    /// <summary>ln w of the runs that the last states came from.</summary>
    public double[] LogWeights { get; }

    public LogPartitionEstimate Estimate { get; }

    public ProposalFigures Proposals { get; }

    public static AnnealingRuns Of(Energy energy, SamplerOptions options, int chains, int steps, ulong seed,
        IReadOnlyList<IChainObserver>? observers = null, int warmUp = 0, int threads = 2)
    {
        using Device device = Device.Cpu(threads);
        using ChainLoop loop = new(device, energy, chains);
        Sampler sampler = options.Create(energy);
        using ChainMemory memory = new(device, sampler, chains);
        Rows states = TestRows.Empty(chains, energy.Space.Width);
        if (energy.Space.HasWalls)
            states.Span.Fill((energy.Space.Low + energy.Space.High) / 2);
        memory.Init(sampler, states);
        loop.Run(sampler, states, new ChainSchedule { WarmUp = warmUp, Steps = steps }, new RandomStream(seed, RandomPurpose.User, 0),
            observers, memory, 0, TestContext.Current.CancellationToken);
        return new AnnealingRuns(states.Span.ToArray(), memory.ReadNumbers("log_weight"), sampler.LogPartition(memory)!.Value,
            loop.Proposals!.Value);
    }
}

/// <summary>Means over the samples of every chain of functions of its state.</summary>
internal sealed class ChainMeans(params Func<ReadOnlySpan<float>, double>[] functions) : IChainObserver
{
    private double[,]? _sums;
    private int _count;

    public void Observe(in ChainReport report)
    {
        _sums ??= new double[functions.Length, report.States.Count];
        _count++;
        for (int f = 0; f < functions.Length; f++)
        {
            for (int c = 0; c < report.States.Count; c++)
                _sums[f, c] += functions[f](report.States[c]);
        }
    }

    /// <summary>Checks a mean with the standard error from the spread between chains, which are independent.</summary>
    public void Check(int function, double expected, double most)
    {
        int chains = _sums!.GetLength(1);
        double[] means = [.. Enumerable.Range(0, chains).Select(c => _sums[function, c] / _count)];
        double mean = means.Average(), error = Math.Sqrt(means.Sum(m => (m - mean) * (m - mean)) / (chains - 1) / chains);
        Assert.InRange(error, 0, most);
        Assert.Equal(expected, mean, 4 * error);
    }
}
