using System.Text;
using System.Text.Json;
using Joule.Cli.Plots;
using Joule.Cli.Terminal;
using Joule.Compute;
using Joule.Data;
using Joule.Energies;
using Joule.Evaluation;
using Joule.Runs;

namespace Joule.Cli.Commands;

/// <summary>The folder that <c>joule chain --out</c> writes.</summary>
internal static class ChainFolder
{
    /// <summary>The draws.</summary>
    public const string DrawsFile = "draws.npz";

    private const string SummaryFile = "summary.json";
    private const int LargestSummary = 1 << 28;

    /// <summary>Refuses a folder that holds something, before the chains run.</summary>
    /// <exception cref="InvalidInputException">The folder is not new or empty.</exception>
    public static void Check(string folder)
    {
        if (File.Exists(folder))
            throw new InvalidInputException($"--out {folder} is a file; it must be a folder, new or empty.");
        if (!Directory.Exists(folder) || Directory.EnumerateFileSystemEntries(folder).All(IsRemains))
            return;
        if (File.Exists(Path.Combine(folder, ChainSettings.FileName)) && !IsFinished(folder))
        {
            throw new InvalidInputException($"--out {folder} is not empty: it holds a run of chains, unfinished. Resume it: "
                + $"{ChainCommand.Command(folder)}. Or give a new folder with --out.");
        }
        throw new InvalidInputException($"--out {folder} is not empty. Give a new or an empty folder.");
    }

    /// <summary>Whether the run in a folder is finished: its summary, which is written last, is there.</summary>
    public static bool IsFinished(string folder) => File.Exists(Path.Combine(folder, SummaryFile));

    /// <summary>Whether a finished run was killed before it removed its checkpoints.</summary>
    public static bool HasRemains(string folder) => Directory.Exists(Path.Combine(folder, CheckpointFolder.FolderName));

    /// <summary>Creates the folder and writes the settings into it.</summary>
    /// <param name="folder">The folder, new or empty.</param>
    /// <param name="settings">What is run.</param>
    /// <returns>The checkpoints, which hold the folder.</returns>
    /// <exception cref="InvalidInputException">The folder cannot be written, or another process uses it.</exception>
    public static ChainCheckpoints Create(string folder, ChainSettings settings)
    {
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw AtomicFile.CannotWrite(folder, e);
        }
        ChainCheckpoints checkpoints = new(folder, settings.CheckpointEvery, settings.EnergyIdentity);
        try
        {
            settings.Write(folder);
            return checkpoints;
        }
        catch
        {
            checkpoints.Dispose();
            throw;
        }
    }

    /// <summary>Removes what a run that failed before its first checkpoint leaves, so that the folder is free again.</summary>
    public static void Discard(string folder, ChainCheckpoints checkpoints)
    {
        try
        {
            checkpoints.Remove();
            File.Delete(Path.Combine(folder, ChainSettings.FileName));
        }
        catch (Exception e) when (e is InvalidInputException or IOException or UnauthorizedAccessException)
        {
            // The first error is the one to report.
        }
    }

    /// <summary>
    /// Writes the draws, one array [chains, draws] per parameter, the pictures, and last the summary, with which the run is finished.
    /// </summary>
    /// <returns>The names of the files.</returns>
    public static IReadOnlyList<string> Write(string folder, ChainSummary summary, DrawRecorder draws, Energy energy, Device device)
    {
        NpzWriter.Write(Path.Combine(folder, DrawsFile), summary.Arrays(draws));
        DrawnChains drawn = new(summary.Title, summary.Parameters, draws, energy);
        IReadOnlyList<string> pictures = ChainPlots.Write(folder, drawn, device);
        AtomicFile.Write(Path.Combine(folder, SummaryFile), stream =>
        {
            using MemoryStream buffer = new();
            using (Utf8JsonWriter json = new(buffer, new JsonWriterOptions { Indented = true, NewLine = "\n" }))
            {
                json.WriteStartObject();
                summary.Write(json);
                json.WriteEndObject();
            }
            stream.Write(buffer.ToArray());
            stream.Write(Encoding.UTF8.GetBytes("\n"));
        });
        return [DrawsFile, SummaryFile, .. pictures];
    }

    // The results in a folder, in the order in which they are named.
    private static IEnumerable<string> Files(string folder) =>
        ((string[])[DrawsFile, SummaryFile, .. ChainPlots.Names]).Where(name => File.Exists(Path.Combine(folder, name)));

    /// <summary>The results of a finished run once more: the object of its summary, or the table.</summary>
    /// <exception cref="InvalidInputException">The summary cannot be read.</exception>
    public static string ResultsAgain(string folder, ChainSettings settings, bool json)
    {
        using StringWriter output = new() { NewLine = "\n" };
        string file = Path.Combine(folder, SummaryFile);
        try
        {
            if (new FileInfo(file).Length > LargestSummary)
                throw new InvalidInputException($"{file} is larger than {LargestSummary} bytes. It is damaged.");
            using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(file), new JsonDocumentOptions { MaxDepth = 8 });
            JsonElement summary = document.RootElement;
            if (json)
            {
                JsonLine.Write(output, writer =>
                {
                    foreach (JsonProperty member in summary.EnumerateObject())
                        member.WriteTo(writer);
                });
                return output.ToString();
            }
            ChainPlan plan = settings.Plan;
            ChainSummary.WriteHeader(output, settings.Name, plan, SamplerChoice.NameOf(settings.Sampler),
                summary.GetProperty("seconds").GetDouble());
            if (summary.GetProperty("acceptance") is { ValueKind: JsonValueKind.Number } acceptance)
            {
                ChainSummary.WriteAcceptance(output, acceptance.GetDouble(), summary.GetProperty("divergent").GetInt64(),
                    (long)plan.Chains * plan.Draws * plan.Thinning);
            }
            output.WriteLine();
            ChainRow[] rows = [.. summary.GetProperty("parameters").EnumerateArray().Select(ChainRow.Read)];
            ChainRow.WriteTable(output, rows);
            ChainDiagnostics.Read(summary).Write(output, plan.Chains,
                rows.Where(r => !r.IsClamped).Select(r => r.AutocorrelationTime((double)plan.Chains * plan.Draws)));
            ChainSummary.WriteFiles(output, folder, Files(folder));
            return output.ToString();
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or FormatException
            or IOException or UnauthorizedAccessException)
        {
            throw new InvalidInputException($"{file} cannot be read: {e.Message.TrimEnd('.')}. {Path.Combine(folder, DrawsFile)} "
                + "has the draws.", e);
        }
    }

    // What a run leaves behind when it ends before its settings are written, or fails before its first checkpoint.
    private static bool IsRemains(string entry) => Path.GetFileName(entry) is ".lock" or "lock.json"
        || (Path.GetFileName(entry).StartsWith('.') && entry.EndsWith(".tmp", StringComparison.Ordinal));
}
