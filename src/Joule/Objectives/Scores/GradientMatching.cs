using System.Runtime.InteropServices;
using Joule.Compute;
using Joule.Energies;

namespace Joule.Objectives;

/// <summary>One state of an update of <see cref="GradientMatching"/>.</summary>
/// <param name="Noise">The draws of its noise; it draws as chain <paramref name="Row"/>.</param>
/// <param name="Levels">The draws of its noise level or time.</param>
/// <param name="Row">Its row in the batch.</param>
/// <param name="Count">Number of rows of the batch.</param>
public readonly record struct MatchedRow(RandomStream Noise, RandomStream Levels, int Row, int Count)
{
    /// <summary>
    /// A number from (0, 1), uniform over the updates and spread evenly over the rows of one: (row + u)/count modulo 1, with one u for all.
    /// </summary>
    public double Spread() => (Row + Levels.OpenUniform(0, 0)) / Count;
}

/// <summary>The states of an update of <see cref="GradientMatching"/>, in the device's memory.</summary>
/// <param name="Noise">The draws of their noise; row i draws as chain i.</param>
/// <param name="Levels">The draws of their noise levels or times.</param>
/// <param name="Data">The states of the data.</param>
/// <param name="States">Receives y of each.</param>
/// <param name="Targets">Receives z of each.</param>
public readonly record struct MatchedRows(RandomStream Noise, RandomStream Levels, Rows Data, Rows States, Rows Targets)
{
    /// <summary>One of them.</summary>
    public MatchedRow this[int row] => new(Noise, Levels, row, Data.Count);
}

/// <summary>
/// An objective that matches ∇ₓE at noisy states with a target: the mean over the states of wᵢ/(2D)·‖sᵢ∇ₓE(yᵢ) − zᵢ‖², where D is the
/// number of numbers of a state. A subclass chooses y, z, s and w. The gradient with respect to the parameters is exact.
/// </summary>
public abstract class GradientMatching : Objective
{
    private readonly ObjectiveContext _context;
    private readonly DeviceBuffer _states, _scales, _losses;
    private readonly PointProgram _points;
    private readonly CompareProgram _compare;
    private readonly DeviceRead _energies, _lossOfRow;
    private readonly float[] _zeros;
    private readonly float[] _scaleOfRow;
    private readonly List<DeviceProgram> _programs = [];
    private ulong _seed;

    /// <summary>Allocates memory for a batch of states, of targets and of gradients.</summary>
    /// <param name="context">The context.</param>
    /// <param name="name">The objective's name in errors.</param>
    /// <exception cref="InvalidInputException">The states do not vary continuously.</exception>
    protected GradientMatching(ObjectiveContext context, string name)
    {
        ArgumentNullException.ThrowIfNull(context);
        ScoreNeeds.Continuous(context.Energy.Space, name);
        _context = context;
        _seed = context.Seed;
        _states = context.Device.Allocate(4L * context.Batch * context.Energy.Space.Width);
        _scales = context.Device.Allocate(2L * context.Batch);
        _losses = context.Device.Allocate(2L * context.Batch);
        _points = new PointProgram(this);
        _compare = new CompareProgram(this);
        _energies = context.Device.CreateRead(context.Batch);
        _zeros = new float[context.Batch];
        _lossOfRow = context.Device.CreateRead(2 * context.Batch);
        _scaleOfRow = new float[2 * context.Batch];
    }

    /// <inheritdoc/>
    public override int PassCapacity => _context.Batch;

    /// <inheritdoc/>
    public override bool LaunchesData => true;

    /// <summary>The context.</summary>
    protected ObjectiveContext Context => _context;

    /// <summary>The seed of the current attempt's draws.</summary>
    protected ulong Seed => _seed;

    /// <inheritdoc/>
    public override ITrainingPass CreatePass(ITrainable energy)
    {
        ArgumentNullException.ThrowIfNull(energy);
        return energy.CreatePass(PassCapacity, 1);
    }

    /// <inheritdoc/>
    public override Rows DataRows(int count) => Block(0, count);

    /// <inheritdoc/>
    public override void Accumulate(in TrainingUpdate update, Rows data, Span<double> figures) =>
        (figures[0], figures[1]) = Match(update, data);

    /// <inheritdoc/>
    public override void Adjust(Adjustment adjustment, ulong seed) => _seed = seed;

    /// <summary>Adds the gradient of the loss to that of the pass.</summary>
    /// <param name="update">The update, with a pass along directions.</param>
    /// <param name="data">The data.</param>
    /// <returns>The loss, and the mean energy of the noisy states.</returns>
    /// <exception cref="DivergenceException">An energy or a gradient is non-finite.</exception>
    protected (double Loss, double Energy) Match(in TrainingUpdate update, Rows data)
    {
        int count = data.Count;
        IDirectionalPass pass = (IDirectionalPass)update.Pass;
        _points.Prepare(update.Number, data);
        _compare.Prepare(count);
        _programs.Clear();
        AddPrograms(update, data, _programs);
        _programs.Add(_points);
        _energies.Begin(pass.ForwardGradient(Block(1, count), Block(3, count), CollectionsMarshal.AsSpan(_programs)));
        // The targets become the directions.
        pass.ReverseGradient(_zeros.AsSpan(0, count), Block(2, count), [_compare], []);
        _lossOfRow.Begin(Losses(count));
        ReadOnlySpan<float> energies = _energies.Words;
        double energy = 0, loss = 0;
        for (int i = 0; i < count; i++)
        {
            if (!float.IsFinite(energies[i]))
                throw new DivergenceException("energy of a noisy state", update.Number + 1, i, energies[i]);
            energy += energies[i];
        }
        ReadOnlySpan<double> losses = _lossOfRow.Doubles;
        for (int i = 0; i < count; i++)
        {
            if (!double.IsFinite(losses[i]))
                throw new DivergenceException("squared error of the gradient at a noisy state", update.Number + 1, i, losses[i]);
            loss += losses[i];
        }
        return (loss / count, energy / count);
    }

    /// <summary>Adds the programs that run before <see cref="Write"/>: by default, the one that writes the data.</summary>
    protected virtual void AddPrograms(in TrainingUpdate update, Rows data, ICollection<DeviceProgram> programs)
    {
        ArgumentNullException.ThrowIfNull(programs);
        programs.Add(update.Data);
    }

    /// <summary>Writes a noisy state and its target, in a program on the device.</summary>
    /// <param name="row">The row and its draws.</param>
    /// <param name="data">The state of the data.</param>
    /// <param name="state">Receives y.</param>
    /// <param name="target">Receives z.</param>
    /// <returns>s and w; w is at least 0.</returns>
    protected abstract (float Scale, float Weight) Write(
        in MatchedRow row, ReadOnlySpan<float> data, Span<float> state, Span<float> target);

    /// <summary>Why <see cref="WriteRows"/> cannot do what <see cref="Write"/> does, as a clause; null: it can.</summary>
    protected virtual string? WhyNotRows => null;

    /// <summary>
    /// Does the work of <see cref="Write"/> for all states by operations on rows. By default the host reads the data, calls
    /// <see cref="Write"/>, and copies the results back.
    /// </summary>
    /// <param name="rows">The operations.</param>
    /// <param name="batch">The states.</param>
    /// <param name="scales">Receives s and w of each.</param>
    protected virtual void WriteRows(IRowOperations rows, in MatchedRows batch, Span<float> scales)
    {
        ArgumentNullException.ThrowIfNull(rows);
        int width = batch.Data.Width;
        float[] data = rows.Device.Download(batch.Data), states = new float[data.Length], targets = new float[data.Length];
        for (int i = 0; i < batch.Data.Count; i++)
        {
            Range row = (i * width)..((i + 1) * width);
            (scales[2 * i], scales[2 * i + 1]) = Write(batch[i], data.AsSpan(row), states.AsSpan(row), targets.AsSpan(row));
        }
        rows.Device.Upload(states, batch.States);
        rows.Device.Upload(targets, batch.Targets);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        _states.Dispose();
        _scales.Dispose();
        _losses.Dispose();
        _energies.Dispose();
        _lossOfRow.Dispose();
    }

    // Data, noisy states, targets, gradients.
    private Rows Block(int block, int count) =>
        _states.AsRows(4 * _context.Batch, _context.Energy.Space.Width).Slice(block * _context.Batch, count);

    private Rows Scales(int count) => _scales.AsRows(_context.Batch, 2).Slice(0, count);

    private Rows Losses(int count) => _losses.AsRows(_context.Batch, 2).Slice(0, count);

    private sealed class PointProgram(GradientMatching objective) : DeviceProgram, IRowWork
    {
        private Rows _data;
        private RandomStream _noise, _levels;

        public override string Name => "noisy states and their targets";

        public override int Count => _data.Count;

        public override int BlockRows => 16;

        public string? WhyNotRows => objective.WhyNotRows;

        public void Describe(IRowOperations rows)
        {
            int count = _data.Count;
            Span<float> scales = objective._scaleOfRow.AsSpan(0, 2 * count);
            objective.WriteRows(
                rows, new MatchedRows(_noise, _levels, _data, objective.Block(1, count), objective.Block(2, count)), scales);
            rows.Device.Upload(scales, objective.Scales(count));
        }

        public void Prepare(long update, Rows data)
        {
            (_noise, _levels) = (ScoreDraws.Noise(objective._seed, update), ScoreDraws.Levels(objective._seed, update));
            _data = data;
        }

        protected override void Run(int start, int count, int lane)
        {
            Rows states = objective.Block(1, _data.Count), targets = objective.Block(2, _data.Count);
            Rows scales = objective._scales.AsRows(objective._context.Batch, 2);
            for (int i = start; i < start + count; i++)
            {
                Span<float> scale = scales[i];
                MatchedRow row = new(_noise, _levels, i, _data.Count);
                (scale[0], scale[1]) = objective.Write(row, _data[i], states[i], targets[i]);
            }
        }
    }

    // With r = s·∇E − z the loss of a row is w/(2D)·‖r‖², and its gradient is ∇θ⟨v, ∇E⟩ with v = w·s/D · r, divided by the rows.
    private sealed class CompareProgram(GradientMatching objective) : DeviceProgram, IRowWork
    {
        private int _count;

        public override string Name => "gradients against their targets";

        public override int Count => _count;

        public override int BlockRows => 16;

        public void Prepare(int count) => _count = count;

        public void Describe(IRowOperations rows)
        {
            ArgumentNullException.ThrowIfNull(rows);
            rows.CompareWithTargets(
                objective.Block(3, _count), objective.Block(2, _count), objective.Scales(_count), objective.Losses(_count));
        }

        protected override void Run(int start, int count, int lane)
        {
            Rows targets = objective.Block(2, _count), gradients = objective.Block(3, _count);
            Rows scales = objective._scales.AsRows(objective._context.Batch, 2);
            Rows losses = objective._losses.AsRows(objective._context.Batch, 2);
            for (int i = start; i < start + count; i++)
            {
                (float scale, float weight) = (scales[i][0], scales[i][1]);
                Span<float> target = targets[i];
                float factor = (float)((double)weight * scale / ((double)target.Length * _count));
                double squares = Kernels.CompareWithTarget(gradients[i], target, scale, factor);
                losses.Slice(i, 1).Doubles[0] = weight * squares / (2 * target.Length);
            }
        }
    }
}
