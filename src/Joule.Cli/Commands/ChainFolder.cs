using System.Text;
using System.Text.Json;
using Joule.Cli.Plots;
using Joule.Compute;
using Joule.Data;
using Joule.Energies;
using Joule.Evaluation;

namespace Joule.Cli.Commands;

/// <summary>The folder that <c>joule chain --out</c> writes.</summary>
internal static class ChainFolder
{
    /// <summary>The draws.</summary>
    public const string DrawsFile = "draws.npz";

    private const string SummaryFile = "summary.json";

    /// <summary>Refuses a folder that holds something, before the chains run.</summary>
    /// <exception cref="InvalidInputException">The folder is not new or empty.</exception>
    public static void Check(string folder)
    {
        if (File.Exists(folder))
            throw new InvalidInputException($"--out {folder} is a file; it must be a folder, new or empty.");
        if (Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any())
            throw new InvalidInputException($"--out {folder} is not empty. Give a new or an empty folder.");
    }

    /// <summary>Writes the draws, one array [chains, draws] per parameter, the summary and the pictures.</summary>
    /// <returns>The names of the files.</returns>
    public static IReadOnlyList<string> Write(string folder, ChainSummary summary, DrawRecorder draws, Energy energy, Device device)
    {
        Directory.CreateDirectory(folder);
        NpzWriter.Write(Path.Combine(folder, DrawsFile),
            [.. summary.Names.Select((name, i) => (name, (int[])[draws.Chains, draws.Count], draws.Values(i)))]);
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
        DrawnChains drawn = new(summary.Title, summary.Parameters, draws, energy);
        return [DrawsFile, SummaryFile, .. ChainPlots.Write(folder, drawn, device)];
    }
}
