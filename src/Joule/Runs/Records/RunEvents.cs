using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Joule.Data;
using Joule.Training;

namespace Joule.Runs;

/// <summary>An event of a run.</summary>
/// <param name="Kind">The kind: <c>warning</c>, <c>rollback</c>, <c>stopped</c>, …</param>
/// <param name="Update">Updates made then.</param>
/// <param name="Epoch">The current epoch, from 1.</param>
/// <param name="Reason">The reason, by its documented name; empty if there is none.</param>
/// <param name="Text">The event in words.</param>
/// <param name="Figures">The figures that show it.</param>
/// <param name="Changes">What changes from now on.</param>
public sealed record RunEvent(string Kind, long Update, int Epoch, string Reason, string Text,
    IReadOnlyList<KeyValuePair<string, double>> Figures, IReadOnlyList<KeyValuePair<string, double>> Changes);

/// <summary>A run's <c>events.jsonl</c>: one JSON object per line, each on the disk before the run goes on.</summary>
public sealed class RunEvents
{
    /// <summary>The name of the file in a run's folder.</summary>
    public const string FileName = "events.jsonl";

    private const int LargestFile = 16 << 20;

    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly string _file;
    private readonly TimeProvider _time;

    /// <summary>Nothing is written yet.</summary>
    /// <param name="folder">The run's folder.</param>
    /// <param name="time">Gives the time of events.</param>
    public RunEvents(string folder, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(time);
        _file = Path.Combine(folder, FileName);
        _time = time;
    }

    /// <summary>Adds an event.</summary>
    /// <exception cref="InvalidInputException">The file cannot be written.</exception>
    public void Add(RunEvent happened)
    {
        ArgumentNullException.ThrowIfNull(happened);
        byte[] line = Line(happened);
        try
        {
            using FileStream stream = new(_file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read, 1);
            CutTornLine(stream);
            stream.Write(line);
            stream.Flush(flushToDisk: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw AtomicFile.CannotWrite(_file, e);
        }
    }

    /// <summary>
    /// The rollbacks among a run's events, in order. Of each attempt the last one counts: a process can be killed between a rollback and
    /// its checkpoint.
    /// </summary>
    /// <param name="folder">The run's folder.</param>
    /// <exception cref="InvalidInputException">The file is too large or damaged.</exception>
    public static IReadOnlyList<Rollback> Rollbacks(string folder)
    {
        string file = Path.Combine(folder, FileName);
        if (!File.Exists(file))
            return [];
        SortedDictionary<int, Rollback> found = [];
        int number = 0;
        foreach (string line in Lines(file))
        {
            number++;
            try
            {
                using JsonDocument json = JsonDocument.Parse(line, new JsonDocumentOptions { MaxDepth = 8 });
                if (json.RootElement.GetProperty("kind").GetString() != "rollback")
                    continue;
                Rollback rollback = RollbackLog.Parse(json.RootElement);
                found[rollback.Adjustment.Attempt] = rollback;
            }
            catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException or KeyNotFoundException)
            {
                throw new InvalidInputException(
                    $"{file}, line {number}, is not an event: {e.Message.TrimEnd('.')}. Repair or remove the file.", e);
            }
        }
        return [.. found.Values];
    }

    // Complete lines only: a line without an end was cut off.
    private static string[] Lines(string file)
    {
        try
        {
            if (new FileInfo(file).Length > LargestFile)
            {
                throw new InvalidInputException($"{file} has {new FileInfo(file).Length} bytes; "
                    + $"the events of a run take at most {LargestFile}. It is not an events file of Joule.");
            }
            using FileStream stream = new(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using StreamReader reader = new(stream);
            return reader.ReadToEnd().Split('\n')[..^1];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InvalidInputException($"The events {file} cannot be read: {e.Message}", e);
        }
    }

    // A process killed while writing leaves a line without an end.
    private static void CutTornLine(FileStream stream)
    {
        long end = stream.Length;
        while (end > 0)
        {
            stream.Position = end - 1;
            if (stream.ReadByte() == '\n')
                break;
            end--;
        }
        stream.SetLength(end);
        stream.Position = end;
    }

    private byte[] Line(RunEvent e)
    {
        using MemoryStream buffer = new();
        using (Utf8JsonWriter json = new(buffer, Options))
        {
            json.WriteStartObject();
            json.WriteString("time", _time.GetUtcNow().UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
            json.WriteNumber("update", e.Update);
            json.WriteNumber("epoch", e.Epoch);
            json.WriteString("kind", e.Kind);
            if (e.Reason.Length > 0)
                json.WriteString("reason", e.Reason);
            json.WriteString("text", e.Text);
            Write(json, "figures", e.Figures);
            Write(json, "changed", e.Changes);
            json.WriteEndObject();
        }
        buffer.Write("\n"u8);
        return buffer.ToArray();
    }

    private static void Write(Utf8JsonWriter json, string name, IReadOnlyList<KeyValuePair<string, double>> values)
    {
        json.WriteStartObject(name);
        foreach ((string key, double value) in values)
        {
            // JSON has no non-finite numbers.
            if (double.IsFinite(value))
                json.WriteNumber(key, value);
            else
                json.WriteString(key, value.ToString(CultureInfo.InvariantCulture));
        }
        json.WriteEndObject();
    }
}
