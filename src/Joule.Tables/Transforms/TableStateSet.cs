using System.Collections;
using System.Globalization;
using System.Text.Json.Nodes;
using Joule.States;

namespace Joule.Tables;

/// <summary>Rows of a table as states.</summary>
public sealed class TableStateSet : StateSet
{
    private readonly TableTransform _transform;
    private readonly float[] _states;
    private readonly string[] _rowNames;
    private readonly bool _hasNames;
    private readonly BitArray? _missing; // a mark at the first number of every missing value; null where there is none

    private TableStateSet(TableTransform transform, string name, float[] states, string[] rowNames, bool hasNames, StateLabels? labels,
        IReadOnlyList<string> notes, BitArray? missing)
    {
        _missing = missing;
        _transform = transform;
        _states = states;
        _rowNames = rowNames;
        _hasNames = hasNames;
        Name = name;
        Labels = labels;
        Notes = notes;
    }

    /// <inheritdoc/>
    public override string Name { get; }

    /// <inheritdoc/>
    public override StateSpace Space => _transform.Space;

    /// <inheritdoc/>
    public override int Count => _rowNames.Length;

    /// <inheritdoc/>
    public override StateLabels? Labels { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<string> ColumnNames => _transform.StateNames;

    /// <inheritdoc/>
    public override bool IsAlwaysFinite => true;

    /// <summary>Warnings about the table: unused columns, and values that no training row had.</summary>
    public IReadOnlyList<string> Notes { get; }

    /// <summary>The error of the first unknown column or level, for readers that do not accept any; null if there is none.</summary>
    internal InvalidInputException? Unknown { get; private init; }

    /// <inheritdoc/>
    public override bool HasRowNames => _hasNames;

    /// <inheritdoc/>
    public override StateReading Reading => new(
        $"{Counted.Of(Count, "row")} of {Counted.Of(_transform.Fitted.Count(c => c.Width > 0), "column")}",
        Notes,
        new JsonObject { ["rows"] = Count, ["notes"] = new JsonArray([.. Notes.Select(note => (JsonNode)JsonValue.Create(note))]) });

    /// <inheritdoc/>
    public override void Read(int index, Span<float> state) => _states.AsSpan(index * Space.Width, Space.Width).CopyTo(state);

    /// <inheritdoc/>
    public override void ReadKnown(int index, Span<float> state, Span<bool> isMissing)
    {
        base.ReadKnown(index, state, isMissing);
        int at = 0;
        for (int c = 0; c < _transform.Fitted.Count && _missing is not null; c++)
        {
            FittedColumn column = _transform.Fitted[c];
            if (column.Width > 0 && _missing[index * state.Length + at])
                column.Mark(state[at..], isMissing[at..]);
            at += column.Width;
        }
    }

    /// <inheritdoc/>
    public override IReadOnlyList<StateColumn> StateColumns => _transform.StateColumns;

    /// <inheritdoc/>
    public override bool HasMissing(int index)
    {
        for (int i = 0; _missing is not null && i < Space.Width; i++)
        {
            if (_missing[index * Space.Width + i])
                return true;
        }
        return false;
    }

    /// <summary>The transform that made the states.</summary>
    internal TableTransform Transform => _transform;

    /// <inheritdoc/>
    public override string RowName(int index) => _rowNames[index];

    /// <summary>Converts rows to states.</summary>
    /// <param name="transform">The transform.</param>
    /// <param name="table">The table.</param>
    /// <param name="matched">The table's column for each column of the transform, or null.</param>
    /// <param name="rows">The rows.</param>
    /// <param name="name">The name of the set in messages.</param>
    /// <param name="integratesMissing">Whether missing values need no warning.</param>
    internal static TableStateSet Make(TableTransform transform, Table table, TableColumn?[] matched, int[] rows, string name,
        bool integratesMissing)
    {
        int width = transform.Space.Width;
        if ((long)rows.Length * width > Array.MaxLength)
        {
            throw new InvalidInputException($"{MessageText.Printable(name)}: {rows.Length:N0} rows of {width:N0} numbers are too many "
                + "to hold. Split the table.");
        }
        float[] states = new float[rows.Length * width];
        List<string> notes = [];
        BitArray? isMissing = null;
        InvalidInputException? refusal = null;
        int at = 0;
        for (int c = 0; c < matched.Length; c++)
        {
            FittedColumn column = transform.Fitted[c];
            if (column.Width == 0)
                continue;
            int missing = 0, unknown = 0, first = 0;
            for (int i = 0; i < rows.Length; i++)
            {
                if (matched[c]!.IsMissing(rows[i]))
                    (isMissing ??= new BitArray(states.Length))[i * width + at] = true;
                CellNote note = column.Write(matched[c]!, rows[i], states.AsSpan(i * width + at, column.Width));
                missing += note == CellNote.UnexpectedMissing ? 1 : 0;
                if (note == CellNote.UnknownLevel && unknown++ == 0)
                    first = rows[i];
            }
            at += column.Width;
            if (missing > 0 && !integratesMissing)
                notes.Add(TableNotes.Missing(column, missing));
            if (unknown == 0)
                continue;
            notes.Add(TableNotes.Unknown(column, unknown));
            refusal ??= table.Bad(first, column.Name, $"\"{MessageText.Of(matched[c]!.Text(first))}\" is a level that the model does not "
                + "know. Correct it, or accept unknown levels: --accept-unknown.");
        }
        string[] extra = [.. table.Columns.Select(c => c.Name).Concat(table.Skipped).Except(transform.Fitted.Select(c => c.Name))];
        if (extra.Length > 0)
        {
            notes.Add(TableNotes.Unused(extra));
            refusal = InvalidInputException.At(table.Name, 0, $"{StreamColumns.UnknownProblem(extra)}.");
        }
        string[]? identifiers = Identifiers(transform, matched, rows);
        string[] names = identifiers ?? [.. rows.Select(row => row.ToString(CultureInfo.InvariantCulture))];
        return new TableStateSet(transform, name, states, names, identifiers is not null, LabelsOf(transform, table, rows), notes,
            isMissing)
        {
            Unknown = refusal,
        };
    }

    // The first identifier column without missing values; null if there is none, and rows are numbered instead.
    private static string[]? Identifiers(TableTransform transform, TableColumn?[] matched, int[] rows)
    {
        TableColumn? named = matched.Where((column, c) => transform.Fitted[c] is IdentifierColumn
            && column is { MissingCount: 0 } and not TextColumn { Overflows: true }).FirstOrDefault();
        return named is null ? null : [.. rows.Select(named.Text)];
    }

    private static StateLabels? LabelsOf(TableTransform transform, Table table, int[] rows)
    {
        if ((transform.Label ?? table.LabelName) is not { } name || table.Find(name) is not { } column)
            return null;
        string[] texts = [.. rows.Select(column.Text)];
        string[] levels = [.. texts.Distinct().OrderBy(text => CellNumber.TryParse(text, '.', out double number) ? number
            : double.PositiveInfinity).ThenBy(text => text, StringComparer.Ordinal)];
        Dictionary<string, int> index = levels.Select((level, i) => (level, i)).ToDictionary(l => l.level, l => l.i);
        return new StateLabels(name, levels, [.. texts.Select(text => index[text])]);
    }
}
