using Joule.Samplers;

namespace Joule.Evaluation;

/// <summary>Stores the draws of chains: their states at every sample of the schedule, and their energies.</summary>
public sealed class DrawRecorder : IChainObserver
{
    private readonly float[] _states; // [draw][chain][number]
    private readonly float[] _energies; // [draw][chain]
    private readonly int _chains;
    private readonly int _draws;
    private readonly int _width;

    /// <summary>Allocates memory for all draws.</summary>
    /// <param name="chains">The number of chains, at least 1.</param>
    /// <param name="draws">The number of draws of each chain, at least 1.</param>
    /// <param name="width">The width of a state, at least 1.</param>
    /// <exception cref="InvalidInputException">There are more numbers than one array can hold.</exception>
    public DrawRecorder(int chains, int draws, int width)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(chains);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(draws);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        if ((Int128)chains * draws * width > Array.MaxLength)
        {
            throw new InvalidInputException($"{chains:N0} chains of {draws:N0} draws of {width:N0} numbers are too many to hold; at most "
                + $"{Array.MaxLength:N0} numbers are. Use fewer chains or draws, or thin them.");
        }
        (_chains, _draws, _width) = (chains, draws, width);
        _states = new float[chains * draws * width];
        _energies = new float[chains * draws];
    }

    /// <summary>The number of chains.</summary>
    public int Chains => _chains;

    /// <summary>The width of a state.</summary>
    public int Width => _width;

    /// <summary>The number of draws of each chain stored so far.</summary>
    public int Count { get; private set; }

    /// <summary>Stores the states if they are a sample.</summary>
    /// <exception cref="InvalidInputException">There are more samples than draws.</exception>
    public void Observe(in ChainReport report)
    {
        if (!report.IsSample)
            return;
        if (Count == _draws)
            throw new InvalidInputException($"There is room for {_draws:N0} draws of each chain, and the schedule has more samples.");
        report.Device.Download(report.States, _states.AsSpan(Count * _chains * _width, _chains * _width));
        report.Energies[.._chains].CopyTo(_energies.AsSpan(Count * _chains));
        Count++;
    }

    /// <summary>The memory of the states of some draws, in the order [draw][chain][number], for a checkpoint.</summary>
    internal Span<float> StatesOf(int first, int count) => _states.AsSpan(first * _chains * _width, count * _chains * _width);

    /// <summary>The memory of the energies of some draws, in the order [draw][chain], for a checkpoint.</summary>
    internal Span<float> EnergiesOf(int first, int count) => _energies.AsSpan(first * _chains, count * _chains);

    /// <summary>Goes on after a number of draws, whose memory holds them.</summary>
    internal void Restore(int count) => Count = count;

    /// <summary>The draws of one number of the state.</summary>
    /// <param name="number">The index of the number.</param>
    public ChainDraws Draws(int number)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(number);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(number, _width);
        return ChainDraws.From(_chains, Count, (chain, draw) => _states[(draw * _chains + chain) * _width + number]);
    }

    /// <summary>
    /// The energies in nats, where each chain's last gradient was taken: for samplers with an accept test, those of the draws.
    /// </summary>
    public ChainDraws Energies() => ChainDraws.From(_chains, Count, (chain, draw) => _energies[draw * _chains + chain]);

    /// <summary>All draws of one number in float32, one chain after the other.</summary>
    /// <param name="number">The index of the number.</param>
    public float[] Values(int number) => Array.ConvertAll(Draws(number).Values.ToArray(), value => (float)value);
}
