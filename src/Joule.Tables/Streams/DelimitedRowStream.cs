using Joule.Data;

namespace Joule.Tables;

/// <summary>Rows of delimited text. The first line names the columns.</summary>
internal sealed class DelimitedRowStream : RowStream
{
    private readonly TableReading _reading;
    private readonly char _separator;
    private readonly StreamColumns _columns;
    private RecordReader? _records;
    private string[] _names = [];
    private int[] _places = [];
    private int _nameColumn = -1;

    public DelimitedRowStream(TableTransform transform, ByteFeed source, RowFormat format, RowStreamOptions options)
        : base(transform, source, options)
    {
        _reading = transform.Reading();
        // A form that the user gives, or that the name says, is stronger than the training data's own.
        _separator = format == RowFormat.Tsv ? '\t' : _reading.Separator ?? ',';
        _columns = new StreamColumns(transform.Fitted);
    }

    /// <inheritdoc/>
    private protected override RecordStep Next(RowBlock block, bool mayWait)
    {
        RecordReader records = _records ??= new RecordReader(Source, _separator, _reading.Quotes);
        RecordStep step = records.Next(mayWait);
        if (step != RecordStep.Record || IsBlank(records))
            return step;
        if (_names.Length == 0)
        {
            NameColumns(records);
            if (_reading.Header)
                return step;
        }
        if (Count < Options.First)
        {
            Count++;
            return step;
        }
        string? name = null;
        InvalidInputException? problem = Read(records, block.Next, ref name);
        block.Add(new RawRow(Name, Count++, records.Line) { Name = name, Problem = problem });
        return step;
    }

    /// <inheritdoc/>
    private protected override InvalidInputException Empty() => _names.Length == 0
        ? Bad(1, "", "there is no line with text. Give a table whose first line names the columns")
        : Bad(_records!.Line, "column 1", "the header is the only line; no row follows. Give a table with at least one row");

    // A blank line is not a row, unless it is a missing value of the only column.
    private bool IsBlank(RecordReader records) =>
        records.Count == 1 && records.Problem is null && records.Cell(0).Length == 0 && _names.Length != 1;

    private void NameColumns(RecordReader records)
    {
        if (records.Problem is { } problem)
            throw Bad(records.Line, $"column {problem.Cell + 1}", problem.Text);
        string[] names = new string[records.Count];
        Dictionary<string, int> seen = new(StringComparer.Ordinal);
        for (int i = 0; i < names.Length; i++)
        {
            names[i] = _reading.Header ? records.Cell(i).ToString() : TableReading.NameOf(i);
            string place = $"column {i + 1}";
            if (names[i].Length == 0)
                throw Bad(records.Line, place, "the column has no name. Name every column in the first line");
            if (!seen.TryAdd(names[i], i))
            {
                throw Bad(records.Line, place, $"columns {seen[names[i]] + 1} and {i + 1} are both called \"{MessageText.Of(names[i])}\"; "
                    + "names must differ. Rename one of them");
            }
        }
        if (_columns.Mismatch(names, Options.AcceptUnknown) is { } mismatch)
            throw Bad(records.Line, "", mismatch);
        _places = [.. names.Select(_columns.PlaceOf)];
        _nameColumn = Array.IndexOf(_places, _places.Where(place => place <= StreamColumns.RowName).DefaultIfEmpty(int.MaxValue).Max());
        _names = names;
        if (_columns.UnknownOf(names) is { Count: > 0 } unknown)
            Note(TableNotes.Unused(unknown));
    }

    private InvalidInputException? Read(RecordReader records, Span<RowCell> cells, ref string? name)
    {
        if (records.Problem is { } broken)
            return Bad(records.Line, Place(broken.Cell), broken.Text);
        if (records.Count != _names.Length)
            return Ragged(records);
        InvalidInputException? problem = null;
        for (int i = 0; i < _places.Length; i++)
        {
            int place = _places[i];
            if (place >= 0 && problem is null && Readers[place].Read(records.Cell(i), out cells[place]) is { } text)
                problem = Bad(records.Line, Place(i), text);
        }
        if (_nameColumn >= 0 && !Readers[0].IsMissing(records.Cell(_nameColumn)))
            name = records.Cell(_nameColumn).ToString();
        return problem;
    }

    private string Place(int column) =>
        $"column {column + 1}" + (column < _names.Length ? $" (\"{MessageText.Of(_names[column])}\")" : "");

    private InvalidInputException Ragged(RecordReader records)
    {
        int has = records.Count, names = _names.Length;
        string header = _reading.Header ? "the header names" : "the first line has";
        if (has < names)
        {
            return Bad(records.Line, Place(has), $"the row ends after {Counted.Of(has, "cell")}, but {header} "
                + $"{Counted.Of(names, "column")}. Every row must have as many; leave a cell empty if it has no value");
        }
        return Bad(records.Line, Place(names), $"the row has {Counted.Of(has, "cell")}, but {header} {Counted.Of(names, "column")}. Every "
            + "row must have as many; quote a cell that contains a separator");
    }
}
