using Joule.States;

namespace Joule.Runs;

/// <summary>
/// The figures of one epoch: one row of a run's <c>metrics.csv</c>. A value that was not measured is NaN; the file has no infinities.
/// </summary>
public sealed record MetricsRow
{
    private readonly EquatableList<double> _values;

    /// <summary>Creates a row.</summary>
    /// <param name="columns">The columns of the values.</param>
    /// <param name="epoch">The epoch, counted from 1 (0 is the model before training).</param>
    /// <param name="step">Updates made since the start of the run.</param>
    /// <param name="seconds">Seconds since the start of the run.</param>
    /// <param name="values">One value per column.</param>
    public MetricsRow(MetricsColumns columns, int epoch, long step, double seconds, IEnumerable<double> values)
    {
        ArgumentNullException.ThrowIfNull(columns);
        (Columns, Epoch, Step, Seconds, _values) = (columns, epoch, step, seconds, new EquatableList<double>(values));
        if (_values.Count != columns.Names.Count)
            throw new ArgumentException($"There are {columns.Names.Count} columns and {_values.Count} values.", nameof(values));
    }

    /// <summary>The columns of the values.</summary>
    public MetricsColumns Columns { get; }

    /// <summary>The epoch, counted from 1 (0 is the model before training).</summary>
    public int Epoch { get; init; }

    /// <summary>Updates made since the start of the run.</summary>
    public long Step { get; init; }

    /// <summary>Seconds since the start of the run.</summary>
    public double Seconds { get; init; }

    /// <summary>One value per column.</summary>
    public IReadOnlyList<double> Values => _values;

    /// <summary>The value of a column; NaN if there is none of that name.</summary>
    public double this[string column] => Columns.IndexOf(column) is >= 0 and int place ? _values[place] : double.NaN;
}
