using Joule.Compute;

namespace Joule.Objectives;

/// <summary>Measures how far chains move in an update, on the first few; the chains of a batch are drawn at random.</summary>
internal sealed class ChainWatch : IDisposable
{
    private const int MostChains = 16;

    private readonly int _width;
    private readonly DeviceBuffer _before, _results;
    private readonly DeviceRead _read;
    private readonly KeepProgram _copy;
    private readonly DistanceProgram _distances;
    private readonly double[] _moves = new double[MostChains];
    private double _movement = double.NaN;
    private bool _isBegun;

    /// <summary>Allocates memory for a few states.</summary>
    public ChainWatch(NegativesContext context)
    {
        _width = context.Energy.Space.Width;
        _before = context.Device.Allocate((long)MostChains * _width);
        _copy = new KeepProgram(this);
        _results = context.Device.Allocate(2 * MostChains);
        _read = context.Device.CreateRead(2 * MostChains);
        _distances = new DistanceProgram(_results.AsRows(MostChains, 2));
    }

    /// <summary>
    /// Median over the chains of the root mean squared change per number, in units of the state, after <see cref="BeginRead"/>, which it
    /// waits for. NaN before the first update.
    /// </summary>
    public double Movement
    {
        get
        {
            if (!_isBegun)
                return _movement;
            ReadOnlySpan<double> distances = _read.Doubles;
            Span<double> moves = _moves.AsSpan(0, distances.Length);
            for (int i = 0; i < moves.Length; i++)
                moves[i] = distances[i] / _width;
            _isBegun = false;
            return _movement = Math.Sqrt(LowerMedian.Of(moves));
        }
    }

    /// <summary>The program that copies the initial states of the chains.</summary>
    public DeviceProgram Before(Rows states)
    {
        _copy.Prepare(states);
        return _copy;
    }

    /// <summary>The program that compares them with the final states.</summary>
    public DeviceProgram After(Rows states)
    {
        _distances.Prepare(states, _before.AsRows(MostChains, _width), Math.Min(MostChains, states.Count), 1);
        return _distances;
    }

    /// <summary>Records that no chain moved.</summary>
    public void Rest() => (_isBegun, _movement) = (false, 0);

    /// <summary>Begins to read the results of <see cref="After"/>.</summary>
    public void BeginRead()
    {
        _read.Begin(_distances.Results);
        _isBegun = true;
    }

    /// <summary>Frees the memory.</summary>
    public void Dispose()
    {
        _before.Dispose();
        _read.Dispose();
        _results.Dispose();
    }

    // One row per chain; the first few are copied.
    private sealed class KeepProgram(ChainWatch watch) : DeviceProgram, IRowWork
    {
        private Rows _states;

        public override string Name => "the states that chains start from";

        public override int Count => _states.Count;

        public override int BlockRows => MostChains;

        public void Prepare(Rows states) => _states = states;

        public void Describe(IRowOperations rows)
        {
            int kept = Math.Min(MostChains, _states.Count);
            rows.Device.Copy(_states.Slice(0, kept), watch._before.AsRows(MostChains, watch._width).Slice(0, kept));
        }

        protected override void Run(int start, int count, int lane)
        {
            Rows before = watch._before.AsRows(MostChains, watch._width);
            for (int i = start; i < Math.Min(start + count, MostChains); i++)
                _states[i].CopyTo(before[i]);
        }
    }
}
