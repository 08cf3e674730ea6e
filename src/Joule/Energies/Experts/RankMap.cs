using Joule.Compute;

namespace Joule.Energies;

/// <summary>
/// The Gaussian rank of a number among the training rows: Φ⁻¹((midrank + ½)/(n + 1)), piecewise linear between knots, so that equal numbers
/// share one rank. Beyond the training range it continues with slope 1: what lies farther out stays farther out.
/// </summary>
internal sealed class RankMap
{
    private const int MostKnots = 512;
    private const double Step = 1.0 / 32;

    /// <summary>Floats of a map: the number of knots, their values, and their ranks.</summary>
    public const int Length = 1 + 2 * MostKnots;

    private readonly float[] _values;
    private readonly float[] _ranks;
    private readonly double[] _slopes; // between knots
    private readonly int[] _keys; // the first knots of those slopes, in the order of integers

    /// <summary>Reads a map.</summary>
    public RankMap(ReadOnlySpan<float> fitted)
    {
        int count = Math.Clamp((int)fitted[0], 0, MostKnots);
        _values = fitted.Slice(1, count).ToArray();
        _ranks = fitted.Slice(1 + MostKnots, count).ToArray();
        _slopes = new double[Math.Max(0, count - 1)];
        _keys = new int[_slopes.Length];
        for (int k = 0; k < _slopes.Length; k++)
        {
            _slopes[k] = ((double)_ranks[k + 1] - _ranks[k]) / ((double)_values[k + 1] - _values[k]);
            _keys[k] = Key(_values[k]);
        }
    }

    /// <summary>Fits a map to a column.</summary>
    public static void Fit(double[] column, Span<float> fitted)
    {
        double[] sorted = [.. column];
        Array.Sort(sorted);
        int count = sorted.Length;
        List<float> values = [];
        List<double> ranks = [];
        for (int first = 0; first < count;)
        {
            int end = first + 1;
            while (end < count && (float)sorted[end] == (float)sorted[first])
                end++;
            values.Add((float)sorted[first]);
            ranks.Add(NormalQuantile.Of((0.5 * (first + end) + 0.5) / (count + 1)));
            first = end;
        }
        // A knot where the rank has moved by a step, and one before every jump. A wider step where that would be too many.
        List<int> knots = Choose(ranks, Step);
        for (double step = 2 * Step; knots.Count > MostKnots; step *= 2)
            knots = Choose(ranks, step);
        fitted[0] = knots.Count;
        for (int k = 0; k < knots.Count; k++)
        {
            fitted[1 + k] = values[knots[k]];
            fitted[1 + MostKnots + k] = (float)ranks[knots[k]];
        }
    }

    /// <summary>The rank of a number, and its slope.</summary>
    public (float Rank, float Slope) At(float value)
    {
        ReadOnlySpan<float> values = _values;
        if (values.Length == 0)
            return (value, 1);
        if (value <= values[0])
            return (_ranks[0] + (value - values[0]), 1);
        if (value >= values[^1])
            return (_ranks[^1] + (value - values[^1]), 1);
        int low = Last(_keys, Key(value));
        return ((float)(_ranks[low] + _slopes[low] * ((double)value - values[low])), (float)_slopes[low]);
    }

    // The last key that is not above another. Every key takes the same steps, without branches that a processor would have to guess.
    private static int Last(ReadOnlySpan<int> keys, int key)
    {
        int low = 0, length = keys.Length;
        while (length > 1)
        {
            int half = length >> 1;
            low += keys[low + half] <= key ? half : 0;
            length -= half;
        }
        return low;
    }

    // Integers in the order of the numbers.
    private static int Key(float value)
    {
        int bits = BitConverter.SingleToInt32Bits(value + 0f); // −0 becomes 0
        return bits ^ ((bits >> 31) & int.MaxValue);
    }

    private static List<int> Choose(List<double> ranks, double step)
    {
        List<int> knots = [0];
        for (int i = 1; i < ranks.Count; i++)
        {
            if (i < ranks.Count - 1 && ranks[i] - ranks[knots[^1]] < step)
                continue;
            if (knots[^1] != i - 1 && ranks[i] - ranks[i - 1] > step / 2)
                knots.Add(i - 1);
            knots.Add(i);
        }
        return knots;
    }
}
