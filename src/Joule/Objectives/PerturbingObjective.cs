using Joule.Compute;

namespace Joule.Objectives;

/// <summary>An objective that compares every state of the data with perturbed copies of itself.</summary>
public abstract class PerturbingObjective : ComparingObjective
{
    private readonly CopiesProgram _program;
    private readonly double _leastNoise;

    /// <summary>Allocates memory.</summary>
    /// <param name="context">The context.</param>
    /// <param name="options">How copies are perturbed.</param>
    private protected PerturbingObjective(ObjectiveContext context, PerturbingOptions options) : this(context, options, options.Copies) { }

    private protected PerturbingObjective(ObjectiveContext context, PerturbingOptions options, int others) : base(context, others)
    {
        Moves = new Perturbation(context.Energy.Space, context.Width, options.LeastNoise, options.Noise);
        _program = new CopiesProgram(this, context.Device.Lanes);
        _leastNoise = context.Energy.Space.IsContinuous ? options.LeastNoise * context.Width / Math.Sqrt(12) : 0;
    }

    /// <inheritdoc/>
    public override double LeastNoise => _leastNoise;

    /// <summary>The moves.</summary>
    private protected Perturbation Moves { get; }

    /// <inheritdoc/>
    protected sealed override DeviceProgram Prepare(long update, Rows states, int count) => _program.Prepare(update, states, count);

    /// <summary>Writes the copies of one state of the data.</summary>
    /// <param name="draws">The draws of the update.</param>
    /// <param name="index">The state, from 0; its copies have the moves from index·<see cref="ComparingObjective.Others"/> on.</param>
    /// <param name="state">The state.</param>
    /// <param name="copies">Receives the copies.</param>
    /// <param name="scratch">Room for one state.</param>
    private protected virtual void Copy(in RandomStream draws, int index, ReadOnlySpan<float> state, Rows copies, Span<float> scratch)
    {
        double scale = Moves.Scale(draws, index);
        for (int j = 0; j < copies.Count; j++)
            Moves.Move(draws, (uint)(index * copies.Count + j), scale, state, copies[j]);
    }

    private sealed class CopiesProgram(PerturbingObjective objective, int lanes) : DeviceProgram
    {
        private readonly float[][] _scratch =
            [.. Enumerable.Range(0, lanes).Select(_ => new float[objective.Context.Energy.Space.Width])];
        private RandomStream _draws;
        private Rows _states;
        private int _data;

        public override string Name => "perturbed copies of the data";

        public override int Count => _data;

        public override int BlockRows => 16;

        public CopiesProgram Prepare(long update, Rows states, int data)
        {
            _draws = new RandomStream(objective.Seed, RandomPurpose.PerturbedStates, (ulong)update);
            (_states, _data) = (states, data);
            return this;
        }

        protected override void Run(int start, int count, int lane)
        {
            for (int i = start; i < start + count; i++)
            {
                Rows copies = _states.Slice(_data + i * objective.Others, objective.Others);
                objective.Copy(_draws, i, _states[i], copies, _scratch[lane]);
            }
        }
    }
}
