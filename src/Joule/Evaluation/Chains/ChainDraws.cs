namespace Joule.Evaluation;

/// <summary>
/// The draws of one parameter from several chains of equal length, in float64: the input of the diagnostics. All draws are finite.
/// </summary>
public sealed class ChainDraws
{
    private readonly double[] _values;

    /// <summary>Wraps draws without a copy; they must not change afterwards.</summary>
    /// <param name="chains">The number of chains, at least 1.</param>
    /// <param name="draws">The number of draws of each chain, at least 1.</param>
    /// <param name="values">All draws, one chain after the other: draw t of chain c is number c · draws + t.</param>
    /// <exception cref="InvalidInputException">The numbers do not fit together.</exception>
    /// <exception cref="DivergenceException">A draw is not finite.</exception>
    public ChainDraws(int chains, int draws, double[] values)
    {
        ArgumentNullException.ThrowIfNull(values);
        if (chains < 1 || draws < 1 || (long)chains * draws != values.Length)
        {
            throw new InvalidInputException($"Chains need at least one chain and one draw, and a value for each draw; "
                + $"given were {chains} chains of {draws} draws and {values.Length} values.");
        }
        int bad = Array.FindIndex(values, value => !double.IsFinite(value));
        if (bad >= 0)
            throw new DivergenceException("draw", bad % draws, bad / draws, values[bad]);
        Chains = chains;
        Draws = draws;
        _values = values;
    }

    /// <summary>The number of chains.</summary>
    public int Chains { get; }

    /// <summary>The number of draws of each chain.</summary>
    public int Draws { get; }

    /// <summary>The number of draws of all chains.</summary>
    public int Count => _values.Length;

    /// <summary>All draws, one chain after the other.</summary>
    public ReadOnlySpan<double> Values => _values;

    /// <summary>The draws of one chain.</summary>
    public ReadOnlySpan<double> this[int chain] => _values.AsSpan(chain * Draws, Draws);

    /// <summary>One draw.</summary>
    public double this[int chain, int draw] => this[chain][draw];

    /// <summary>Whether all draws are equal.</summary>
    public bool IsConstant => !_values.AsSpan().ContainsAnyExcept(_values[0]);

    /// <summary>Creates draws from a function.</summary>
    /// <param name="chains">The number of chains, at least 1.</param>
    /// <param name="draws">The number of draws of each chain, at least 1.</param>
    /// <param name="value">Returns one draw: its arguments are the chain and the draw.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no chain or no draw.</exception>
    /// <exception cref="DivergenceException">A draw is not finite.</exception>
    public static ChainDraws From(int chains, int draws, Func<int, int, double> value)
    {
        ArgumentNullException.ThrowIfNull(value);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(chains);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(draws);
        double[] values = new double[checked(chains * draws)];
        for (int i = 0; i < values.Length; i++)
            values[i] = value(i / draws, i % draws);
        return new ChainDraws(chains, draws, values);
    }

    /// <summary>The draws of a function of the parameter.</summary>
    /// <param name="function">Maps one draw.</param>
    /// <exception cref="DivergenceException">The function of a draw is not finite.</exception>
    public ChainDraws Map(Func<double, double> function)
    {
        ArgumentNullException.ThrowIfNull(function);
        return new ChainDraws(Chains, Draws, Array.ConvertAll(_values, value => function(value)));
    }

    /// <summary>
    /// Cuts every chain into two: its first and its last half. The middle draw of an odd number is dropped.
    /// </summary>
    /// <exception cref="InvalidInputException">The chains have a single draw.</exception>
    public ChainDraws Split()
    {
        if (Draws < 2)
            throw new InvalidInputException("Chains of a single draw cannot be split; at least 2 draws are needed.");
        int half = Draws / 2;
        if (Draws % 2 == 0)
            return new ChainDraws(2 * Chains, half, _values);
        double[] halves = new double[2 * half * Chains];
        for (int chain = 0; chain < Chains; chain++)
        {
            this[chain][..half].CopyTo(halves.AsSpan(2 * half * chain));
            this[chain][^half..].CopyTo(halves.AsSpan(2 * half * chain + half));
        }
        return new ChainDraws(2 * Chains, half, halves);
    }
}
