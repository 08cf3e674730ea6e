using Joule.Compute;

namespace Joule.Objectives;

/// <summary>Measures how far chains move during an update, on the first few of them: those of one batch are drawn at random.</summary>
internal sealed class ChainWatch : IDisposable
{
    private const int MostChains = 16;

    private readonly Device _device;
    private readonly int _width;
    private readonly DeviceBuffer _before;
    private readonly double[] _moves = new double[MostChains];

    /// <summary>Takes memory for a few states.</summary>
    public ChainWatch(NegativesContext context)
    {
        _device = context.Device;
        _width = context.Energy.Space.Width;
        _before = context.Device.Allocate((long)MostChains * _width);
    }

    /// <summary>The median over the chains of the root of the mean squared change of a number, in units of the state. Not a number before the first update.</summary>
    public double Movement { get; private set; } = double.NaN;

    /// <summary>Keeps the states that chains start from.</summary>
    public void Before(Rows states)
    {
        int count = Math.Min(MostChains, states.Count);
        states.Slice(0, count).Span.CopyTo(_before.Span);
    }

    /// <summary>Compares them with where the chains came to.</summary>
    public void After(Rows states)
    {
        int count = Math.Min(MostChains, states.Count);
        Rows before = _before.AsRows(MostChains, _width);
        for (int i = 0; i < count; i++)
            _moves[i] = _device.SquaredDistance(states.Slice(i, 1), before.Slice(i, 1)) / _width;
        Movement = Math.Sqrt(Median(_moves.AsSpan(0, count)));
    }

    /// <summary>Frees the memory.</summary>
    public void Dispose() => _before.Dispose();

    // The lower of the two in the middle.
    private static double Median(Span<double> values)
    {
        values.Sort();
        return values[(values.Length - 1) / 2];
    }
}
