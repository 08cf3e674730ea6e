using Joule.Compute;

namespace Joule.Objectives;

/// <summary>Measures how far chains move during an update, on the first few of them: those of one batch are drawn at random.</summary>
internal sealed class ChainWatch : IDisposable
{
    private const int MostChains = 16;

    private readonly int _width;
    private readonly DeviceBuffer _before;
    private readonly KeepProgram _copy;
    private readonly DistanceProgram _distances;
    private readonly double[] _moves = new double[MostChains];

    /// <summary>Takes memory for a few states.</summary>
    public ChainWatch(NegativesContext context)
    {
        _width = context.Energy.Space.Width;
        _before = context.Device.Allocate((long)MostChains * _width);
        _copy = new KeepProgram(this);
        _distances = new DistanceProgram(context.Device, MostChains);
    }

    /// <summary>The median over the chains of the root of the mean squared change of a number, in units of the state. Not a number before the first update.</summary>
    public double Movement { get; private set; } = double.NaN;

    /// <summary>The program that keeps the states that chains start from.</summary>
    public DeviceProgram Before(Rows states)
    {
        _copy.Prepare(states);
        return _copy;
    }

    /// <summary>The program that compares them with where the chains came to.</summary>
    public DeviceProgram After(Rows states)
    {
        _distances.Prepare(states, _before.AsRows(MostChains, _width), Math.Min(MostChains, states.Count), 1);
        return _distances;
    }

    /// <summary>Notes that no chain moved.</summary>
    public void Rest() => Movement = 0;

    /// <summary>Works out the movement from what <see cref="After"/> has left.</summary>
    public void Read()
    {
        Span<double> moves = _moves.AsSpan(0, _distances.Count);
        _distances.Download(moves);
        foreach (ref double move in moves)
            move /= _width;
        Movement = Math.Sqrt(LowerMedian.Of(moves));
    }

    /// <summary>Frees the memory.</summary>
    public void Dispose()
    {
        _before.Dispose();
        _distances.Dispose();
    }

    // A row for every chain, of which the first few are kept.
    private sealed class KeepProgram(ChainWatch watch) : DeviceProgram
    {
        private Rows _states;

        public override string Name => "the states that chains start from";

        public override int Count => _states.Count;

        public override int BlockRows => MostChains;

        public void Prepare(Rows states) => _states = states;

        protected override void Run(int start, int count, int lane)
        {
            Rows before = watch._before.AsRows(MostChains, watch._width);
            for (int i = start; i < Math.Min(start + count, MostChains); i++)
                _states[i].CopyTo(before[i]);
        }
    }
}
