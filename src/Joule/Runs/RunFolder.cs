using System.Text;
using System.Text.Json.Nodes;
using Joule.Data;

namespace Joule.Runs;

/// <summary>A run's folder on disk. Every file is written at once, beside its place, and renamed into it.</summary>
public sealed class RunFolder
{
    private readonly List<MetricsRow> _rows = [];

    private RunFolder(string path) => Location = path;

    /// <summary>The folder.</summary>
    public string Location { get; }

    /// <summary>The rows of metrics.csv so far.</summary>
    public IReadOnlyList<MetricsRow> Rows => _rows;

    /// <summary>Where the model goes.</summary>
    public string ModelFile => Path.Combine(Location, Model.FileName);

    /// <summary>Where the replay buffer goes.</summary>
    public string BufferFile => Path.Combine(Location, "buffer.safetensors");

    /// <summary>Where the curves go.</summary>
    public string PlotFile => Path.Combine(Location, "loss.png");

    /// <summary>Where the samples of an epoch go.</summary>
    public string SamplesFile(int epoch) => Path.Combine(Location, "samples", $"epoch-{epoch:D4}.png");

    /// <summary>The folder of a run that was given no name: <c>runs/preset-UTC time</c>.</summary>
    public static string DefaultPath(string preset, DateTime utc) => Path.Combine("runs", $"{preset}-{utc:yyyyMMdd'T'HHmmss'Z'}");

    /// <summary>Creates the folder and writes the configuration into it.</summary>
    /// <param name="path">The folder; it must be new or empty.</param>
    /// <param name="config">The configuration.</param>
    /// <param name="bytesNeeded">About how much the run will write: less room on the disk is an error now, not later.</param>
    /// <exception cref="InvalidInputException">It holds something, cannot be written or has no room. Nothing is left behind then.</exception>
    public static RunFolder Create(string path, RunConfig config, long bytesNeeded)
    {
        ArgumentNullException.ThrowIfNull(config);
        string full = Path.GetFullPath(path);
        if (File.Exists(full))
            throw new InvalidInputException($"The output {path} is a file; give a new folder with --out.");
        bool existed = Directory.Exists(full);
        if (existed && Directory.EnumerateFileSystemEntries(full).Any())
        {
            string what = File.Exists(Path.Combine(full, "config.json")) ? "holds another run" : "is not empty";
            throw new InvalidInputException($"The output folder {path} {what}; nothing in it was touched. Give a new folder with --out, or remove it first.");
        }
        string? created = existed ? null : FirstMissing(full);
        try
        {
            Directory.CreateDirectory(full);
            long free = new DriveInfo(full).AvailableFreeSpace;
            if (free < bytesNeeded)
                throw new InvalidInputException($"The disk of {path} is full: {free / 1024.0 / 1024.0:F1} MiB are free, and the run needs about {bytesNeeded / 1024.0 / 1024.0:F1} MiB. Make room, or choose another folder with --out.");
            RunFolder folder = new(full);
            folder.WriteText("config.json", OptionsJson.Text(config.ToJson()));
            Directory.CreateDirectory(Path.Combine(full, "samples"));
            return folder;
        }
        catch (Exception e)
        {
            Remove(created ?? full, created is not null);
            if (e is IOException or UnauthorizedAccessException)
                throw new InvalidInputException($"The output folder {path} cannot be written: {e.Message} Choose another one with --out.", e);
            throw;
        }
    }

    /// <summary>Adds a row to metrics.csv.</summary>
    public void Add(MetricsRow row)
    {
        _rows.Add(row);
        WriteText("metrics.csv", MetricsTable.Format(_rows));
    }

    /// <summary>Writes summary.json.</summary>
    public void WriteSummary(JsonObject summary) => WriteText("summary.json", OptionsJson.Text(summary));

    private void WriteText(string name, string text) => AtomicFile.Write(Path.Combine(Location, name), stream => stream.Write(Encoding.UTF8.GetBytes(text)));

    // The outermost folder that does not exist yet: what has to be removed when nothing may be left behind.
    private static string FirstMissing(string path)
    {
        string missing = path;
        while (Path.GetDirectoryName(missing) is { Length: > 0 } parent && !Directory.Exists(parent))
            missing = parent;
        return missing;
    }

    private static void Remove(string path, bool whole)
    {
        try
        {
            if (whole && Directory.Exists(path))
                Directory.Delete(path, true);
            else if (!whole)
            {
                File.Delete(Path.Combine(path, "config.json"));
                if (Directory.Exists(Path.Combine(path, "samples")))
                    Directory.Delete(Path.Combine(path, "samples"));
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The first error is the one to tell.
        }
    }
}
