using Joule.Compute;
using Joule.Data;
using Joule.Evaluation;
using Joule.Runs;
using Joule.States;

namespace Joule.Scoring;

/// <summary>
/// Explains the energies of rows with a trained model of a table: which columns are wrong, and what they should have been
/// (<see cref="ColumnDescent"/>). It does not change; any number of threads may use it at once, and each gets the results that one thread
/// would get.
/// </summary>
/// <example><code>
/// using Explainer explainer = Explainer.Load("runs/mine");
/// Explanation why = explainer.Explain(new Dictionary&lt;string, object?&gt; { ["amount"] = 12.5, ["country"] = "FR" });
/// </code></example>
public sealed class Explainer : IDisposable
{
    private readonly Model _model;
    private readonly bool _ownsModel;
    private readonly Likely _likely;
    private readonly ColumnDescent _descent;
    private readonly ScorerRow? _order;
    private readonly HashSet<string> _ignored;

    /// <summary>Explains with a model that stays the caller's.</summary>
    /// <param name="model">A model of a table.</param>
    /// <param name="device">The device.</param>
    /// <param name="level">The energy that counts as likely, in nats; null: the median of the model's calibration.</param>
    /// <exception cref="InvalidInputException">The model is not one of rows, or the level is not finite.</exception>
    public Explainer(Model model, Device device, double? level = null) : this(model, device, level, false) { }

    private Explainer(Model model, Device device, double? level, bool ownsModel)
    {
        ArgumentNullException.ThrowIfNull(model);
        if (model.Transform is ImageDataTransform)
            throw new InvalidInputException($"The model has states of {model.Energy.Space}, images. Explain their pixels instead.");
        (_model, _ownsModel) = (model, ownsModel);
        _likely = new Likely(model.Calibration, level);
        _descent = new ColumnDescent(device, model.Energy, model.Transform.StateColumns);
        _order = model.Transform is IRowTransform rows ? new ScorerRow(rows.RowColumns) : null;
        _ignored = [.. model.Transform.Columns.Where(c => c.Width == 0).Select(c => c.Name)];
    }

    /// <summary>Loads a model.</summary>
    /// <param name="path">A model file, or a run's folder.</param>
    /// <param name="level">The energy that counts as likely, in nats; null: the median of the model's calibration.</param>
    /// <exception cref="InvalidInputException">
    /// The file is missing, damaged, or not a Joule model of a table; or the level is not finite.
    /// </exception>
    public static Explainer Load(string path, double? level = null)
    {
        Model model = Model.Load(path, Device.Shared);
        try
        {
            return new Explainer(model, Device.Shared, level, true);
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <summary>Explains a row of named values.</summary>
    /// <param name="row">The values by column: numbers, texts, or null for a missing value. Columns without use may be left out.</param>
    /// <param name="cancellation">Cancels between evaluations.</param>
    /// <exception cref="InvalidInputException">A column is unknown or not given, or a value does not fit; the message names it.</exception>
    /// <exception cref="DivergenceException">An energy is not finite.</exception>
    public Explanation Explain(IReadOnlyDictionary<string, object?> row, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(row);
        if (_model.Transform is not IRowTransform rows)
            throw new InvalidInputException($"The model has states of {_model.Energy.Space}, not rows with named columns.");
        RowCell[] cells = new RowCell[rows.RowColumns.Count];
        _order!.Order(row, _ignored, cells);
        float[] state = new float[_model.Energy.Space.Width];
        rows.Read(cells, state, acceptsUnknown: true);
        return Explain(state, cancellation);
    }

    /// <summary>Explains a row of a set that the model's transform opened.</summary>
    /// <param name="states">The set.</param>
    /// <param name="index">The row, from 0.</param>
    /// <param name="cancellation">Cancels between evaluations.</param>
    /// <exception cref="InvalidInputException">There is no such row.</exception>
    /// <exception cref="DivergenceException">An energy is not finite.</exception>
    public Explanation Explain(StateSet states, int index, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(states);
        if (index < 0 || index >= states.Count)
        {
            throw new InvalidInputException($"{MessageText.Printable(states.Name)} has no row {index}: its "
                + $"{Counted.Of(states.Count, "row")} have the numbers 0 to {states.Count - 1}.");
        }
        float[] state = new float[states.Space.Width];
        states.Read(index, state);
        return Explain(state, cancellation);
    }

    /// <summary>Frees the model if this explainer loaded it.</summary>
    public void Dispose()
    {
        if (_ownsModel)
            _model.Dispose();
    }

    private Explanation Explain(float[] state, CancellationToken cancellation)
    {
        Descent descent = _descent.Run(state, _likely, cancellation);
        DataTransform transform = _model.Transform;
        IEnumerable<ColumnShare> shares = transform.StateColumns.Select((column, c) => new ColumnShare(column.Name,
            transform.ValueOf(column, state), transform.ValueOf(column, descent.Reference), descent.Shares[c]));
        return new Explanation(descent.Energy, descent.ReferenceEnergy, descent.IsLikely,
            [.. shares.OrderByDescending(share => share.Share)]);
    }
}
