using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Joule.Scoring;

namespace Joule.Cli.Streams;

/// <summary>
/// The answers to rows, as lines of CSV or NDJSON with the keys <c>index,name,energy</c> and, of a calibrated model,
/// <c>p_value,anomaly</c>. Lines are collected until <see cref="WriteTo"/>.
/// </summary>
/// <param name="isJson">NDJSON instead of CSV.</param>
/// <param name="isCalibrated">Whether there are p-values.</param>
/// <param name="hasErrors">Whether rows without a score have a line with their error.</param>
/// <param name="source">The name of the input: row i without a name is called <c>source#i</c>.</param>
internal sealed class AnswerFormat(bool isJson, bool isCalibrated, bool hasErrors, string source)
{
    private const int Room = 128; // characters for the numbers of a line

    private static readonly SearchValues<char> Quoted = SearchValues.Create(",\"\r\n");

    private char[] _text = new char[1 << 14];

    /// <summary>Number of characters collected.</summary>
    public int Length { get; private set; }

    /// <summary>The first line of CSV, with its line end; empty for NDJSON.</summary>
    public string Header => isJson ? ""
        : "index,name,energy" + (isCalibrated ? ",p_value,anomaly" : "") + (hasErrors ? ",error" : "") + "\n";

    /// <summary>The name of a row in the answers.</summary>
    public string NameOf(in ScoredRow row) => row.Name ?? string.Create(CultureInfo.InvariantCulture, $"{source}#{row.Index}");

    /// <summary>Adds the line of a row.</summary>
    public void Add(in ScoredRow row)
    {
        if (isJson)
            AddJson(row);
        else
            AddCsv(row);
    }

    /// <summary>Writes what was collected, and starts again.</summary>
    public void WriteTo(TextWriter writer)
    {
        writer.Write(_text.AsSpan(0, Length));
        Length = 0;
    }

    private void AddCsv(in ScoredRow row)
    {
        Reserve(Room);
        Put(row.Index);
        Put(",");
        PutField(row.Name, row.Index);
        if (row.Problem is { } problem)
        {
            Put(isCalibrated ? ",,,," : ",,");
            PutField(problem.Message, 0);
        }
        else
        {
            Put(",");
            Put(row.Score.Energy);
            if (isCalibrated)
            {
                Put(",");
                Put(row.Score.PValue!.Value);
                Put(row.Score.IsAnomaly!.Value ? ",true" : ",false");
            }
            if (hasErrors)
                Put(",");
        }
        Put("\n");
    }

    private void AddJson(in ScoredRow row)
    {
        Reserve(Room);
        Put("{\"index\":");
        Put(row.Index);
        Put(",\"name\":\"");
        Put(JsonEncodedText.Encode(NameOf(row), JavaScriptEncoder.UnsafeRelaxedJsonEscaping).ToString());
        if (row.Problem is { } problem)
        {
            Put("\",\"error\":\"");
            Put(JsonEncodedText.Encode(problem.Message, JavaScriptEncoder.UnsafeRelaxedJsonEscaping).ToString());
            Put("\"}\n");
            return;
        }
        Put("\",\"energy\":");
        Put(row.Score.Energy);
        if (isCalibrated)
        {
            Put(",\"p_value\":");
            Put(row.Score.PValue!.Value);
            Put(row.Score.IsAnomaly!.Value ? ",\"anomaly\":true" : ",\"anomaly\":false");
        }
        Put("}\n");
    }

    private void PutField(string? text, long index)
    {
        if (text is not null && !text.AsSpan().ContainsAny(Quoted))
        {
            Put(text);
            return;
        }
        if (text is null && !source.AsSpan().ContainsAny(Quoted))
        {
            Put(source);
            Put("#");
            Put(index);
            return;
        }
        text ??= string.Create(CultureInfo.InvariantCulture, $"{source}#{index}");
        Put("\"");
        Put(text.Replace("\"", "\"\"", StringComparison.Ordinal));
        Put("\"");
    }

    private void Put(ReadOnlySpan<char> text)
    {
        Reserve(text.Length);
        text.CopyTo(_text.AsSpan(Length));
        Length += text.Length;
    }

    private void Put(long value)
    {
        Reserve(Room);
        value.TryFormat(_text.AsSpan(Length), out int count, default, CultureInfo.InvariantCulture);
        Length += count;
    }

    private void Put(float value)
    {
        Reserve(Room);
        value.TryFormat(_text.AsSpan(Length), out int count, "R", CultureInfo.InvariantCulture);
        Length += count;
    }

    private void Put(double value)
    {
        Reserve(Room);
        value.TryFormat(_text.AsSpan(Length), out int count, "R", CultureInfo.InvariantCulture);
        Length += count;
    }

    private void Reserve(int count)
    {
        if (_text.Length - Length < count)
            Array.Resize(ref _text, Math.Max(2 * _text.Length, Length + count));
    }
}
