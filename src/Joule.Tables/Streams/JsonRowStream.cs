using System.Text;
using System.Text.Json;
using Joule.Data;

namespace Joule.Tables;

/// <summary>
/// Rows of NDJSON: one object a line, with a member for each column. null is a missing value; true and false are the levels "true" and
/// "false". Blank lines are skipped.
/// </summary>
internal sealed class JsonRowStream : RowStream
{
    private readonly LineReader _lines;
    private readonly StreamColumns _columns;
    private readonly bool[] _given;
    private readonly List<string> _unknown = [];
    private readonly List<(string Name, byte[] Bytes, int Place)> _order = []; // the members of the first row, to be found fast
    private char[] _text = new char[256];

    public JsonRowStream(TableTransform transform, ByteFeed source, RowStreamOptions options)
        : base(transform, source, options)
    {
        (_lines, _columns) = (new LineReader(source), new StreamColumns(transform.Fitted));
        _given = new bool[_columns.Used.Count];
    }

    /// <inheritdoc/>
    private protected override RecordStep Next(RowBlock block, bool mayWait)
    {
        RecordStep step = _lines.Next(mayWait);
        if (step != RecordStep.Record || _lines.Line.Trim(" \t\r\n"u8).IsEmpty)
            return step;
        if (Count < Options.First)
        {
            Count++;
            return step;
        }
        string? name = null;
        InvalidInputException? problem;
        try
        {
            problem = Read(_lines.Number == 1 ? InputFile.WithoutMark(_lines.Line) : _lines.Line, block.Next, ref name);
        }
        catch (JsonException error)
        {
            problem = Bad(_lines.Number, $"character {error.BytePositionInLine + 1}", "this is not a JSON object on one line, such as "
                + "{\"x\": 1.5, \"colour\": \"red\"}. Correct it");
        }
        catch (InvalidOperationException)
        {
            problem = Bad(_lines.Number, "", "a text has bytes that are not valid UTF-8, or half of a surrogate pair. Correct it");
        }
        block.Add(new RawRow(Name, Count++, _lines.Number) { Name = name, Problem = problem });
        return step;
    }

    /// <inheritdoc/>
    private protected override InvalidInputException Empty() =>
        Bad(1, "", "there is no line with an object. Give at least one row");

    private InvalidInputException? Read(ReadOnlySpan<byte> line, Span<RowCell> cells, ref string? name)
    {
        Utf8JsonReader json = new(line);
        json.Read();
        if (json.TokenType != JsonTokenType.StartObject)
            return Bad(_lines.Number, "", "the line is not a JSON object, such as {\"x\": 1.5, \"colour\": \"red\"}. Correct it");
        Array.Clear(_given);
        _unknown.Clear();
        InvalidInputException? problem = null;
        int found = 0, member = 0, named = int.MinValue;
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            (string column, int place) = Find(ref json, member++);
            json.Read();
            string? text = null;
            if (place >= 0)
            {
                text = _given[place] ? "the column is given twice. Give one value" : Value(ref json, Readers[place], out cells[place]);
                found += _given[place] ? 0 : 1;
                _given[place] = true;
            }
            else if (place <= StreamColumns.RowName && place > named && NameOf(ref json) is { } given)
                (name, named) = (given, place);
            else if (place == StreamColumns.Unknown)
                _unknown.Add(column);
            json.Skip();
            if (text is not null)
                problem ??= Bad(_lines.Number, $"column \"{MessageText.Of(column)}\"", text);
        }
        json.Read(); // throws if anything follows the object
        return problem ?? Mismatch(found);
    }

    private InvalidInputException? Mismatch(int found)
    {
        if (found == _given.Length && (_unknown.Count == 0 || Options.AcceptUnknown))
            return null;
        if (found == _given.Length)
            return Bad(_lines.Number, $"column \"{MessageText.Of(_unknown[0])}\"", StreamColumns.UnknownProblem(_unknown));
        string[] missing = [.. _columns.Used.Where((_, i) => !_given[i])];
        string hint = NearestName.Find(missing[0], _unknown) is { } near ? $" Did you mean it by \"{MessageText.Of(near)}\"?" : "";
        return Bad(_lines.Number, $"column \"{MessageText.Of(missing[0])}\"", "the row has no value for "
            + $"{MessageText.List([.. missing.Select(m => $"\"{MessageText.Of(m)}\"")])}.{hint} Give null for a missing value");
    }

    // Rows usually have their members in one order.
    private (string Name, int Place) Find(ref Utf8JsonReader json, int member)
    {
        if (member < _order.Count && json.ValueTextEquals(_order[member].Bytes))
            return (_order[member].Name, _order[member].Place);
        string name = json.GetString()!;
        int place = _columns.PlaceOf(name);
        if (member == _order.Count && member < TableLimit.Columns)
            _order.Add((name, Encoding.UTF8.GetBytes(name), place));
        return (name, place);
    }

    private string? Value(ref Utf8JsonReader json, CellReader reader, out RowCell cell)
    {
        switch (json.TokenType)
        {
            case JsonTokenType.Null:
                return reader.Missing(out cell);
            case JsonTokenType.Number:
                return Number(json.GetDouble(), json.ValueSpan, reader, out cell);
            case JsonTokenType.True or JsonTokenType.False:
                return reader.Text(json.TokenType == JsonTokenType.True ? "true" : "false", out cell);
            case JsonTokenType.String:
                return reader.Text(Text(ref json), out cell);
            default:
                cell = default;
                return "the value is an object or a list; a number, a text or null is needed. Correct it";
        }
    }

    private static string? Number(double value, ReadOnlySpan<byte> text, CellReader reader, out RowCell cell) =>
        reader.Number(value, double.IsFinite(value) ? "" : Encoding.UTF8.GetString(text), out cell);

    private ReadOnlySpan<char> Text(ref Utf8JsonReader json)
    {
        if (_text.Length < json.ValueSpan.Length)
            _text = new char[json.ValueSpan.Length];
        return _text.AsSpan(0, json.CopyString(_text));
    }

    private static string? NameOf(ref Utf8JsonReader json) => json.TokenType switch
    {
        JsonTokenType.String => json.GetString(),
        JsonTokenType.Number => Encoding.UTF8.GetString(json.ValueSpan),
        JsonTokenType.True => "true",
        JsonTokenType.False => "false",
        _ => null,
    };
}
