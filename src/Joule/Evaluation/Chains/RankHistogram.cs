namespace Joule.Evaluation;

/// <summary>
/// Histograms of the ranks of each chain's draws among the draws of all chains. Chains that sample one distribution have uniform ranks; a
/// slope shows another location, a valley or a hill another scale (Vehtari, Gelman, Simpson, Carpenter and Bürkner 2021, arXiv:1903.08008,
/// section 4.3).
/// </summary>
public sealed class RankHistogram
{
    private const int MostBins = 20;

    private readonly double[] _counts;
    private readonly int _draws;

    /// <summary>Counts the ranks. Equal draws share their mean rank.</summary>
    /// <param name="draws">The draws.</param>
    /// <param name="bins">The number of bins, at least 1; null for 2∛n of chains of n draws, but 2 to 20.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no bin.</exception>
    public RankHistogram(ChainDraws draws, int? bins = null)
    {
        ArgumentNullException.ThrowIfNull(draws);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(bins ?? 1);
        Chains = draws.Chains;
        _draws = draws.Draws;
        Bins = bins ?? Math.Clamp((int)Math.Round(2 * Math.Cbrt(_draws)), 2, MostBins);
        _counts = new double[Chains * Bins];
        double[] ranks = new DrawOrder(draws).Ranks();
        for (int i = 0; i < ranks.Length; i++)
        {
            // Rank 1 to S is the middle of an interval of [0, S].
            int bin = Math.Min((int)((ranks[i] - 0.5) / ranks.Length * Bins), Bins - 1);
            _counts[i / _draws * Bins + bin]++;
        }
    }

    /// <summary>The number of chains.</summary>
    public int Chains { get; }

    /// <summary>The number of bins, of equal width.</summary>
    public int Bins { get; }

    /// <summary>The mean count of a bin: draws of a chain divided by bins.</summary>
    public double Expected => (double)_draws / Bins;

    /// <summary>The counts of a chain, one per bin.</summary>
    public ReadOnlySpan<double> this[int chain] => _counts.AsSpan(chain * Bins, Bins);

    /// <summary>
    /// The counts between which a bin's count lies with at least a given probability, if all draws are independent and of one distribution.
    /// The count is then hypergeometric: so many of a chain's ranks are among those of the bin. Correlated draws spread further.
    /// </summary>
    /// <param name="probability">Between 0 and 1, both excluded.</param>
    /// <returns>The smallest and the largest count.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The probability is out of range.</exception>
    public (int Low, int High) Band(double probability)
    {
        EffectiveSampleSize.CheckProbability(probability);
        long all = (long)Chains * _draws, marked = (long)Math.Round((double)all / Bins);
        int least = (int)Math.Max(0, marked - (all - _draws)), most = (int)Math.Min(_draws, marked);
        double[] weights = Weights(all, marked, least, most);
        double tail = (1 - probability) / 2 * weights.Sum();
        int low = 0, high = weights.Length - 1;
        for (double below = weights[0]; below < tail; below += weights[low])
            low++;
        for (double above = weights[^1]; above < tail; above += weights[high])
            high--;
        return (least + low, least + high);
    }

    // The probabilities of all counts up to a factor: from the mode, whose weight is 1, downwards and upwards by their ratios.
    private double[] Weights(long all, long marked, int least, int most)
    {
        double[] weights = new double[most - least + 1];
        int mode = (int)Math.Clamp((_draws + 1.0) * (marked + 1.0) / (all + 2.0), least, most);
        weights[mode - least] = 1;
        for (int k = mode; k < most; k++)
            weights[k + 1 - least] = weights[k - least] * Ratio(k);
        for (int k = mode - 1; k >= least; k--)
            weights[k - least] = weights[k + 1 - least] / Ratio(k);
        return weights;

        double Ratio(double k) => (_draws - k) * (marked - k) / ((k + 1) * (all - _draws - marked + k + 1));
    }
}
