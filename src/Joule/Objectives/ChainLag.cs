using Joule.Compute;

namespace Joule.Objectives;

/// <summary>
/// Measures how far young chains lag behind the weights: the mean energy of chains that started a few updates ago, minus that of all older
/// ones, averaged over recent updates. Chains that come down more slowly than the weights change pile up at high energies; this is the
/// earliest sign that contrastive training falls apart. It costs nothing: the energies are those of the update.
/// </summary>
public sealed class ChainLag : IDisposable
{
    /// <summary>Updates that the averages remember; the weight of an older update falls exponentially.</summary>
    public const int Window = 100;

    private const double Decay = 1 - 1.0 / Window;
    private const double LeastSpread = 0.01; // nats: energies closer than this count as equal

    // Decayed sums: energies and number of young chains, the same of older ones, variances of the data's energies and their number.
    private const int Young = 0, YoungCount = 1, Grown = 2, GrownCount = 3, Variance = 4, Updates = 5, Length = 6;

    private readonly DeviceBuffer _memory = DeviceBuffer.OnHost(Length);
    private readonly Rows _sums;

    /// <summary>Starts without updates.</summary>
    public ChainLag() => _sums = _memory.AsRows(1, Length);

    /// <summary>Memory that the next update needs.</summary>
    public StateMemory State => new("lag", _sums);

    /// <summary>The lag in nats. 0 until there have been both young and older chains.</summary>
    public double Nats
    {
        get
        {
            Span<float> sums = _sums.Span;
            return sums[YoungCount] > 0 && sums[GrownCount] > 0
                ? (double)sums[Young] / sums[YoungCount] - (double)sums[Grown] / sums[GrownCount]
                : 0;
        }
    }

    /// <summary>The lag divided by the standard deviation of the data's energies (at least 0.01 nats).</summary>
    public double Spreads
    {
        get
        {
            Span<float> sums = _sums.Span;
            return sums[Updates] > 0 ? Nats / Math.Max(LeastSpread, Math.Sqrt((double)sums[Variance] / sums[Updates])) : 0;
        }
    }

    /// <summary>Adds an update.</summary>
    /// <param name="energies">Finite energies of the negatives, in nats.</param>
    /// <param name="ages">Steps of each chain since its start, with those of the update.</param>
    /// <param name="youngSteps">A chain is young up to this age.</param>
    /// <param name="dataSpread">Standard deviation of the energies of the data, in nats.</param>
    public void Add(ReadOnlySpan<float> energies, ReadOnlySpan<int> ages, double youngSteps, double dataSpread)
    {
        if (energies.Length != ages.Length)
            throw new ArgumentException($"There are {energies.Length} energies and {ages.Length} ages.", nameof(ages));
        double young = 0, grown = 0;
        int count = 0;
        for (int i = 0; i < ages.Length; i++)
        {
            bool isYoung = ages[i] <= youngSteps;
            count += isYoung ? 1 : 0;
            (young, grown) = isYoung ? (young + energies[i], grown) : (young, grown + energies[i]);
        }
        Span<float> sums = _sums.Span;
        ReadOnlySpan<double> added = [young, count, grown, ages.Length - count, dataSpread * dataSpread, 1];
        for (int i = 0; i < Length; i++)
            sums[i] = (float)(Decay * sums[i] + added[i]);
    }

    /// <summary>Frees the memory.</summary>
    public void Dispose() => _memory.Dispose();
}
