using Joule.Compute;

namespace Joule.Evaluation;

/// <summary>The draws of all chains in ascending order: the source of ranks and quantiles.</summary>
internal sealed class DrawOrder
{
    private readonly ChainDraws _draws;
    private readonly double[] _sorted;
    private readonly int[] _places;

    private DrawOrder(ChainDraws draws, double[] sorted, int[] places) => (_draws, _sorted, _places) = (draws, sorted, places);

    /// <summary>Sorts a copy of the draws.</summary>
    public DrawOrder(ChainDraws draws)
    {
        _draws = draws;
        _sorted = draws.Values.ToArray();
        _places = new int[_sorted.Length];
        for (int i = 0; i < _places.Length; i++)
            _places[i] = i;
        Array.Sort(_sorted, _places);
    }

    /// <summary>The draw with a rank, from 0.</summary>
    public double this[int rank] => _sorted[rank];

    /// <summary>The number of draws.</summary>
    public int Count => _sorted.Length;

    /// <summary>The order of the split draws; not sorted again unless a middle draw is dropped.</summary>
    public DrawOrder Split()
    {
        ChainDraws split = _draws.Split();
        return split.Count == Count ? new DrawOrder(split, _sorted, _places) : new DrawOrder(split);
    }

    /// <summary>The median of all draws.</summary>
    public double Median => Count % 2 == 1 ? _sorted[Count / 2] : (_sorted[Count / 2 - 1] + _sorted[Count / 2]) / 2;

    /// <summary>
    /// A quantile, linear between order statistics: type 7 of Hyndman and Fan (1996), as numpy and R compute it.
    /// </summary>
    /// <param name="probability">From 0 to 1.</param>
    public double Quantile(double probability)
    {
        double place = (Count - 1) * probability, whole = Math.Round(place);
        // A place within rounding of a whole number counts as that number: the quantile is then a draw itself, and comparisons are exact.
        if (Math.Abs(place - whole) <= 1e-15 * Count)
            return _sorted[(int)whole];
        int below = (int)place;
        return _sorted[below] + (place - below) * (_sorted[below + 1] - _sorted[below]);
    }

    /// <summary>
    /// Every draw replaced by the normal quantile of its rank: z = Φ⁻¹((r − 3/8) / (S + 1/4)) (Vehtari et al. 2021, equation 14). Equal
    /// draws share their mean rank.
    /// </summary>
    public ChainDraws NormalScores() => new(_draws.Chains, _draws.Draws,
        Array.ConvertAll(Ranks(), rank => NormalQuantile.Of((rank - 0.375) / (Count + 0.25))));

    /// <summary>The rank of every draw, from 1, in the order of the chains. Equal draws share their mean rank.</summary>
    public double[] Ranks()
    {
        double[] ranks = new double[Count];
        int end;
        for (int start = 0; start < Count; start = end)
        {
            end = start + 1;
            while (end < Count && _sorted[end] == _sorted[start])
                end++;
            for (int i = start; i < end; i++)
                ranks[_places[i]] = (start + 1.0 + end) / 2;
        }
        return ranks;
    }
}
