using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Joule.Objectives;

namespace Joule.Runs;

/// <summary>The small things in a checkpoint, as JSON in its metadata. Real numbers are texts that give back the same bits.</summary>
internal static class CheckpointNotes
{
    private const int FormatVersion = 2;

    /// <summary>Writes them.</summary>
    public static string Write(Checkpoint checkpoint)
    {
        Mending mending = checkpoint.Trainer.Mending;
        JsonObject watch = [];
        foreach ((string name, double[] values) in checkpoint.Run.Watch.OrderBy(w => w.Key, StringComparer.Ordinal))
            watch[name] = Text(values);
        return new JsonObject
        {
            ["version"] = FormatVersion,
            ["update"] = checkpoint.Update,
            ["attempt"] = mending.Attempt,
            ["factors"] = Text([mending.LearningRate, mending.Regularization, mending.Steps, mending.StepSize]),
            ["seconds"] = Text([checkpoint.Run.Seconds]),
            ["means"] = Text(checkpoint.Run.Means.Sums),
            ["watch"] = watch,
        }.ToJsonString();
    }

    /// <summary>The update that notes speak of, or −1 where they cannot be read: a look at a file that is read in full later.</summary>
    public static long UpdateOf(string? text)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(text ?? "", new JsonDocumentOptions { MaxDepth = 4 });
            return document.RootElement.GetProperty("update").GetInt64();
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException or KeyNotFoundException)
        {
            return -1;
        }
    }

    /// <summary>Reads them into a checkpoint, and checks that they agree with its table.</summary>
    /// <exception cref="InvalidInputException">They do not, or they cannot be read.</exception>
    public static void Read(string? text, IReadOnlyList<MetricsRow> rows, Checkpoint checkpoint, string path, long offset)
    {
        if (text is null)
            throw InvalidInputException.At(path, offset, "this is no checkpoint: its metadata have no notes.");
        try
        {
            using JsonDocument document = JsonDocument.Parse(text, new JsonDocumentOptions { MaxDepth = 4, AllowDuplicateProperties = false });
            JsonElement notes = document.RootElement;
            if (notes.GetProperty("version").GetInt32() is not FormatVersion and var version)
                throw InvalidInputException.At(path, offset, $"this is a checkpoint of version {version} of the format. This Joule reads version {FormatVersion}. Start the run again in a new folder.");
            double[] factors = Numbers(notes.GetProperty("factors"), -1);
            if (factors.Length is not (3 or 4)) // the fourth came later
                throw new FormatException($"there are {factors.Length} factors where 4 belong");
            checkpoint.Trainer.Mending = new Mending(notes.GetProperty("attempt").GetInt32(), factors[0], factors[1], factors[2], factors.Length > 3 ? factors[3] : 1);
            checkpoint.Trainer.Update = notes.GetProperty("update").GetInt64();
            RunState run = checkpoint.Run;
            run.Seconds = Numbers(notes.GetProperty("seconds"), 1)[0];
            if (!run.Means.TryRestore(Numbers(notes.GetProperty("means"), -1)))
                throw new FormatException("the means are not those of an epoch");
            run.Rows.Clear();
            run.Rows.AddRange(rows);
            run.Watch.Clear();
            foreach (JsonProperty property in notes.GetProperty("watch").EnumerateObject())
                run.Watch[property.Name] = Numbers(property.Value, -1);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException or KeyNotFoundException)
        {
            throw InvalidInputException.At(path, offset, $"the notes of the checkpoint cannot be read: {MessageText.Of(e.Message.TrimEnd('.'))}. The file is damaged.", e);
        }
        CheckPlace(checkpoint, path, offset);
    }

    private static void CheckPlace(Checkpoint checkpoint, string path, long offset)
    {
        RunState run = checkpoint.Run;
        int count = run.Means.Count;
        if (!checkpoint.Trainer.Mending.Fits)
            throw InvalidInputException.At(path, offset, $"no attempt of a training is {checkpoint.Trainer.Mending}. The file is damaged.");
        bool fits = run.Seconds >= 0 && double.IsFinite(run.Seconds) && count <= checkpoint.UpdatesPerEpoch
            && checkpoint.Update == (long)run.Rows.Count * checkpoint.UpdatesPerEpoch + count;
        for (int i = 0; fits && i < run.Rows.Count; i++)
            fits = run.Rows[i].Epoch == i + 1;
        if (!fits)
        {
            throw InvalidInputException.At(path, offset, $"update {checkpoint.Update} after {run.Seconds} seconds, {run.Rows.Count} epochs of {checkpoint.UpdatesPerEpoch} updates and {count} "
                + "updates more do not go together. The file is damaged, or belongs to another run.");
        }
    }

    private static string Text(ReadOnlySpan<double> values)
    {
        string[] texts = new string[values.Length];
        for (int i = 0; i < values.Length; i++)
            texts[i] = values[i].ToString("R", CultureInfo.InvariantCulture);
        return string.Join(' ', texts);
    }

    private static double[] Numbers(JsonElement element, int count)
    {
        string text = element.GetString() ?? throw new FormatException("a list of numbers is missing");
        string[] texts = text.Length == 0 ? [] : text.Split(' ');
        if (count >= 0 && texts.Length != count)
            throw new FormatException($"there are {texts.Length} numbers where {count} belong");
        return [.. texts.Select(t => double.Parse(t, NumberStyles.Float, CultureInfo.InvariantCulture))];
    }
}
