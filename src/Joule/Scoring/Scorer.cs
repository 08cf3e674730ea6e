using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using Joule.Compute;
using Joule.Data;
using Joule.Evaluation;
using Joule.Runs;
using Joule.Samplers;
using Joule.States;

namespace Joule.Scoring;

/// <summary>
/// Scores raw rows, pixels and files with a trained model. It loads the model once and does not change; any number of threads may use it at
/// once, and each gets the bits that one thread would get.
/// </summary>
/// <example><code>
/// using Scorer scorer = Scorer.Load("runs/mine");
/// Score score = scorer.Score(new Dictionary&lt;string, object?&gt; { ["amount"] = 12.5, ["country"] = "FR" });
/// </code></example>
public sealed class Scorer : IDisposable
{
    private const int MostBatch = 4096;

    private readonly Model _model;
    private readonly Device _device;
    private readonly bool _ownsModel;
    private readonly ScorerOptions _options;
    private readonly IRowTransform? _rows;
    private readonly MissingColumns? _missing;
    private readonly ScorerRow? _order;
    private readonly HashSet<string> _ignored;
    private readonly WorkspacePool<ScorerWorkspace> _single;
    private readonly WorkspacePool<ScorerWorkspace> _batches;

    private Scorer(Model model, Device device, bool ownsModel, ScorerOptions options)
    {
        (_model, _device, _ownsModel, _options, _rows) = (model, device, ownsModel, options, model.Transform as IRowTransform);
        Calibration = options.AlarmRate is double rate ? model.Calibration?.With(rate) : model.Calibration;
        int columns = Columns.Count;
        _order = _rows is null ? null : new ScorerRow(Columns);
        _ignored = [.. model.Transform.Columns.Where(c => c.Width == 0).Select(c => c.Name)];
        int kept = Math.Max(8, Environment.ProcessorCount);
        _missing = options.Marginal ? new MissingColumns(model.Energy, model.Transform.StateColumns, MarginalEnergies.Draws) : null;
        bool marks = options.Marginal;
        _single = new WorkspacePool<ScorerWorkspace>(kept, () => new ScorerWorkspace(1, Space.Width, columns, marks));
        _batches = new WorkspacePool<ScorerWorkspace>(kept, () => new ScorerWorkspace(options.Batch, Space.Width, columns, marks));
    }

    /// <summary>The columns that a row must have, in order; empty for a model of images.</summary>
    public IReadOnlyList<string> Columns => _rows?.RowColumns ?? [];

    /// <summary>The layout of the model's states.</summary>
    public StateSpace Space => _model.Energy.Space;

    /// <summary>The calibration that gives p-values, with the alarm rate in use; null: the model is not calibrated.</summary>
    public Calibration? Calibration { get; }

    /// <summary>Loads a model.</summary>
    /// <param name="path">A model file, or a run's folder.</param>
    /// <param name="options">How it decides; null for the defaults.</param>
    /// <exception cref="InvalidInputException">
    /// The file is missing, damaged, or not a Joule model; an option is out of range; p-values are asked of a model without a calibration,
    /// or <see cref="ScorerOptions.Marginal"/> of an energy without a tree.
    /// </exception>
    public static Scorer Load(string path, ScorerOptions? options = null)
    {
        options ??= new ScorerOptions();
        Check(options);
        Model model = Model.Load(path, Device.Shared);
        try
        {
            CheckModel(model, options, path);
            return new Scorer(model, Device.Shared, true, options);
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <summary>Scores with a model that is loaded already. The caller disposes the model, after the scorer.</summary>
    /// <param name="model">The model.</param>
    /// <param name="device">The device that it was loaded for; streams use all of its threads.</param>
    /// <param name="options">How it decides; null for the defaults.</param>
    /// <exception cref="InvalidInputException">
    /// An option is out of range, p-values are asked of a model without a calibration, or <see cref="ScorerOptions.Marginal"/> of an energy
    /// without a tree.
    /// </exception>
    public static Scorer Of(Model model, Device device, ScorerOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(device);
        options ??= new ScorerOptions();
        Check(options);
        CheckModel(model, options, "the model");
        return new Scorer(model, device, false, options);
    }

    /// <summary>Scores a row of named values.</summary>
    /// <param name="row">The values by column: numbers, texts, or null for a missing value. Columns without use may be left out.</param>
    /// <exception cref="InvalidInputException">A column is unknown or not given, or a value does not fit; the message names it.</exception>
    /// <exception cref="DivergenceException">The energy is not finite.</exception>
    public Score Score(IReadOnlyDictionary<string, object?> row)
    {
        ArgumentNullException.ThrowIfNull(row);
        ScorerWorkspace workspace = _single.Rent(out int place);
        try
        {
            Read(row, workspace, 0);
            return Evaluate(workspace);
        }
        finally
        {
            _single.Return(workspace, place);
        }
    }

    /// <summary>
    /// Scores a row of values in the order of <see cref="Columns"/>; allocates nothing, unless <see cref="ScorerOptions.Marginal"/> is set.
    /// </summary>
    /// <param name="cells">One value for each column.</param>
    /// <inheritdoc cref="Score(IReadOnlyDictionary{string, object?})"/>
    public Score Score(ReadOnlySpan<RowCell> cells)
    {
        IRowTransform rows = Rows();
        ScorerWorkspace workspace = _single.Rent(out int place);
        try
        {
            workspace.Read(rows, cells, 0, _options.AcceptUnknown);
            return Evaluate(workspace);
        }
        finally
        {
            _single.Return(workspace, place);
        }
    }

    /// <summary>Scores an image.</summary>
    /// <param name="pixels">Its pixels, 0 for black and 255 for white, [channels, height, width] without padding.</param>
    /// <exception cref="InvalidInputException">The model is not one of images, or the number of pixels differs.</exception>
    /// <exception cref="DivergenceException">The energy is not finite.</exception>
    public Score ScorePixels(ReadOnlySpan<byte> pixels)
    {
        if (_model.Transform is not ImageDataTransform transform)
            throw new InvalidInputException($"The model has states of {Space}, not images. Give a row with the columns it was trained on.");
        (int channels, int height, int width) = transform.ImageSize;
        if (pixels.Length != channels * height * width)
        {
            throw new InvalidInputException($"The image has {pixels.Length} pixel values; the model needs {channels}×{height}×{width} "
                + $"(channels×height×width), {channels * height * width} values. Scale or cut it.");
        }
        ScorerWorkspace workspace = _single.Rent(out int place);
        try
        {
            transform.Read(ImageSet.FromBytes("image", channels, height, width, pixels.ToArray()), workspace.States[0]);
            return Evaluate(workspace);
        }
        finally
        {
            _single.Return(workspace, place);
        }
    }

    /// <summary>Scores every row or image of a file, a folder or a dataset, as <c>joule score</c> does.</summary>
    /// <param name="source">A dataset's name, or a path.</param>
    /// <param name="cancellation">Cancels between blocks.</param>
    /// <exception cref="InvalidInputException">There is nothing of that name, or it does not fit.</exception>
    /// <exception cref="DivergenceException">An energy is not finite.</exception>
    public IReadOnlyList<Score> ScoreFile(string source, CancellationToken cancellation = default)
    {
        StateSet states = _model.Transform.Open(source, new DataRequest(_model.Config.Seed, _ => { }, cancellation));
        float[] energies = _missing is null ? EnergyOfStates.Run(_device, _model.Energy, states, null, cancellation)
            : MarginalEnergies.Run(_device, _model.Energy, states, cancellation: cancellation);
        return [.. energies.Select(Decide)];
    }

    /// <summary>
    /// Scores a stream of rows, in order. At most <see cref="ScorerOptions.Batch"/> rows are held: those that the source gives without
    /// waiting are scored together on all threads of the device, and none waits for a later row. The scores before a row that does not fit
    /// are given before its error is thrown.
    /// </summary>
    /// <param name="rows">The rows.</param>
    /// <param name="cancellation">Cancels between rows.</param>
    /// <inheritdoc cref="Score(IReadOnlyDictionary{string, object?})"/>
    public async IAsyncEnumerable<Score> ScoreAsync(
        IAsyncEnumerable<IReadOnlyDictionary<string, object?>> rows,
        [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(rows);
        await foreach (ScoredRow scored in Stream(rows, TryRead, cancellation).ConfigureAwait(false))
        {
            if (scored.Problem is { } problem)
                ExceptionDispatchInfo.Throw(problem);
            yield return scored.Score;
        }
    }

    /// <summary>
    /// Scores a stream of raw rows as <see cref="ScoreAsync(IAsyncEnumerable{IReadOnlyDictionary{string, object?}}, CancellationToken)"/>
    /// does. A row that does not fit ends nothing: its <see cref="ScoredRow.Problem"/> says why, and the stream goes on.
    /// </summary>
    /// <param name="rows">The rows; the cells of each are used until the next one is asked for.</param>
    /// <param name="cancellation">Cancels between rows.</param>
    /// <exception cref="DivergenceException">An energy is not finite.</exception>
    public IAsyncEnumerable<ScoredRow> ScoreAsync(IAsyncEnumerable<RawRow> rows, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(rows);
        return Stream(rows, TryRead, cancellation);
    }

    /// <summary>Frees the model.</summary>
    public void Dispose()
    {
        _single.Dispose();
        _batches.Dispose();
        if (_ownsModel)
            _model.Dispose();
    }

    private static void Check(ScorerOptions options)
    {
        if (options.Batch is < 1 or > MostBatch)
            throw new InvalidInputException($"The batch of a scorer is {options.Batch}; it must be from 1 to {MostBatch}.");
        if (options.AlarmRate is double rate)
            Calibration.CheckAlarmRate(rate);
    }

    private static void CheckModel(Model model, ScorerOptions options, string name)
    {
        if (model.Calibration is null && (options.RequireCalibration || options.AlarmRate is not null))
            throw ModelCalibration.Missing(name);
        if (options.Marginal && !new MissingColumns(model.Energy, model.Transform.StateColumns, MarginalEnergies.Draws).HasProposals)
            throw new InvalidInputException($"Missing values cannot be integrated over: {MarginalEnergies.NeedsTree}");
    }

    private IRowTransform Rows() => _rows ?? throw new InvalidInputException(
        $"The model has states of {Space}, which are not rows with named columns. Give pixels or a file.");

    // The one loop of streams. Rows that fit take a state each; the others only their place in the order.
    private async IAsyncEnumerable<ScoredRow> Stream<T>(
        IAsyncEnumerable<T> rows,
        Func<T, ScorerWorkspace, int, ScoredRow> read,
        [EnumeratorCancellation] CancellationToken cancellation)
    {
        ScorerWorkspace workspace = _batches.Rent(out int place);
        ScoredRow[] batch = new ScoredRow[_options.Batch];
        using CancellationTokenSource end = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        IAsyncEnumerator<T> source = rows.GetAsyncEnumerator(end.Token);
        Task<bool> next = Task.FromResult(true);
        try
        {
            int count = 0, states = 0;
            for (bool more = true; more;)
            {
                next = source.MoveNextAsync().AsTask();
                if (!next.IsCompleted || count == _options.Batch)
                {
                    EvaluateAll(workspace, states);
                    for (int i = 0, state = 0; i < count; i++)
                        yield return batch[i].Problem is null ? batch[i] with { Score = Decide(workspace, state++) } : batch[i];
                    (count, states) = (0, 0);
                }
                more = await next.ConfigureAwait(false);
                cancellation.ThrowIfCancellationRequested();
                if (!more)
                    continue;
                batch[count] = read(source.Current, workspace, states);
                states += batch[count++].Problem is null ? 1 : 0;
            }
            EvaluateAll(workspace, states);
            for (int i = 0, state = 0; i < count; i++)
                yield return batch[i].Problem is null ? batch[i] with { Score = Decide(workspace, state++) } : batch[i];
        }
        finally
        {
            // The caller may leave while a row is waited for, and a source that is asked for one must not be disposed.
            if (!next.IsCompleted)
                await end.CancelAsync().ConfigureAwait(false);
            await ((Task)next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await source.DisposeAsync().ConfigureAwait(false);
            _batches.Return(workspace, place);
        }
    }

    private ScoredRow TryRead(IReadOnlyDictionary<string, object?> row, ScorerWorkspace workspace, int index)
    {
        try
        {
            Read(row, workspace, index);
            return default;
        }
        catch (InvalidInputException problem)
        {
            return new ScoredRow(0, null, default, problem);
        }
    }

    private ScoredRow TryRead(RawRow row, ScorerWorkspace workspace, int index)
    {
        ScoredRow scored = new(row.Index, row.Name, default, row.Problem);
        if (row.Problem is not null)
            return scored;
        try
        {
            workspace.Read(Rows(), row.Cells.Span, index, _options.AcceptUnknown);
            return scored;
        }
        catch (InvalidInputException problem)
        {
            return scored with { Problem = new InvalidInputException($"{row.Place}: {problem.Message}", problem) };
        }
    }

    private void Read(IReadOnlyDictionary<string, object?> row, ScorerWorkspace workspace, int index)
    {
        IRowTransform rows = Rows();
        _order!.Order(row, _ignored, workspace.Cells);
        workspace.Read(rows, workspace.Cells, index, _options.AcceptUnknown);
    }

    // Other devices have the weights where this thread cannot see them.
    private bool IsOnProcessor => _device is CpuDevice;

    // On the calling thread: callers are many.
    private Score Evaluate(ScorerWorkspace workspace)
    {
        if (IsOnProcessor)
            _model.Energy.Evaluate(workspace.States.Slice(0, 1), workspace.Energies.Slice(0, 1));
        else
            workspace.Launch(_device, _model.Energy, 1);
        if (_missing is not null)
            workspace.Integrate(_missing, null, 1);
        return Decide(workspace, 0);
    }

    // On all threads of the device, if there are rows for more than one.
    private void EvaluateAll(ScorerWorkspace workspace, int count)
    {
        if (count > _model.Energy.BlockRows || (count > 0 && !IsOnProcessor))
            workspace.Launch(_device, _model.Energy, count);
        else if (count > 0)
            _model.Energy.Evaluate(workspace.States.Slice(0, count), workspace.Energies.Slice(0, count));
        if (_missing is not null)
            workspace.Integrate(_missing, _device, count);
    }

    private Score Decide(ScorerWorkspace workspace, int row) => Decide(workspace.Energies.Span[row]);

    private Score Decide(float energy)
    {
        if (!float.IsFinite(energy))
            throw new DivergenceException("energy of a row", 0, 0, energy);
        if (Calibration is null)
            return new Score(energy, null, null);
        double p = Calibration.PValue(energy);
        return new Score(energy, p, p <= Calibration.AlarmRate);
    }
}
