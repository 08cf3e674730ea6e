namespace Joule.Samplers;

/// <summary>
/// Moments of the numbers of a state over the states of all chains and steps together, one state at a time (Welford 1962, Technometrics
/// 4:419), in float64: what a <see cref="WarmUp"/> estimates inverse masses from.
/// </summary>
public abstract class PooledMoments
{
    private double _count;

    /// <summary>Starts with no states.</summary>
    /// <param name="width">Numbers of a state.</param>
    /// <param name="seconds">How many second moments there are.</param>
    private protected PooledMoments(int width, int seconds) => (Means, Seconds) = (new double[width], new double[seconds]);

    /// <summary>How many states there were.</summary>
    public long Count => (long)_count;

    /// <summary>How many numbers <see cref="Save"/> writes.</summary>
    public int NumberCount => 1 + Means.Length + Seconds.Length;

    /// <summary>The mean of every number so far.</summary>
    private protected double[] Means { get; }

    /// <summary>The sums of products of deviations from the means.</summary>
    private protected double[] Seconds { get; }

    /// <summary>Adds states.</summary>
    /// <param name="states">Any number of rows, one after another.</param>
    public void Add(ReadOnlySpan<float> states)
    {
        for (int start = 0; start < states.Length; start += Means.Length)
            Add(states.Slice(start, Means.Length), ++_count);
    }

    /// <summary>The estimate, as options take it.</summary>
    /// <exception cref="InvalidOperationException">There are fewer than two states.</exception>
    public float[] InverseMass() => _count >= 2 ? InverseMass(_count)
        : throw new InvalidOperationException($"{Name} need at least two states; there are {_count}.");

    /// <summary>Forgets all states.</summary>
    public void Clear()
    {
        _count = 0;
        Means.AsSpan().Clear();
        Seconds.AsSpan().Clear();
    }

    /// <summary>Writes the state to <see cref="NumberCount"/> numbers.</summary>
    public void Save(Span<double> numbers)
    {
        numbers[0] = _count;
        Means.CopyTo(numbers[1..]);
        Seconds.CopyTo(numbers[(1 + Means.Length)..]);
    }

    /// <summary>Restores what <see cref="Save"/> wrote.</summary>
    public void Load(ReadOnlySpan<double> numbers)
    {
        _count = numbers[0];
        numbers.Slice(1, Means.Length).CopyTo(Means);
        numbers.Slice(1 + Means.Length, Seconds.Length).CopyTo(Seconds);
    }

    /// <summary>A width, above 0.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is not.</exception>
    private protected static int Positive(int width)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        return width;
    }

    /// <summary>What they are, for an error, for example <c>Variances</c>.</summary>
    private protected abstract string Name { get; }

    /// <summary>Adds a state, the last of so many.</summary>
    private protected abstract void Add(ReadOnlySpan<float> state, double count);

    /// <summary>The estimate from at least two states.</summary>
    private protected abstract float[] InverseMass(double count);

    /// <summary>A second moment with divisor n − 1.</summary>
    private protected double Unbiased(int place) => Seconds[place] / (_count - 1);
}
