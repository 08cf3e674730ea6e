using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Joule.Data;

namespace Joule.Runs;

/// <summary>What an output folder holds.</summary>
public enum RunFolderState
{
    /// <summary>It is missing, empty, or holds only the remains of an interrupted start: a run can start there.</summary>
    Free,

    /// <summary>It holds something other than a run.</summary>
    Foreign,

    /// <summary>It holds an unfinished run.</summary>
    Unfinished,

    /// <summary>It holds a finished run.</summary>
    Finished,
}

/// <summary>
/// A run's folder on disk, locked against other processes. Every file is written to a temporary file and renamed. <c>config.json</c> is
/// written last: a folder that has one is a run.
/// </summary>
public sealed class RunFolder : IDisposable
{
    internal const string ConfigName = "config.json", SummaryName = "summary.json", MetricsName = "metrics.csv";
    internal const string PlotName = "loss.png", BufferName = "buffer.safetensors";
    internal const string LandscapeName = "landscape.png", FilmName = "film.png", CalibrationName = "calibration.png";
    internal static readonly string[] Folders = [SamplesName, CheckpointFolder.FolderName, EpochsName];

    private const string SamplesName = "samples", EpochsName = "epochs";
    private const int LargestSummary = 1 << 16;

    private readonly RunLock _lock;

    private RunFolder(string path, RunLock @lock, RunTerms terms, RunConfig config) =>
        (Location, _lock, Terms, StartData, State) = (path, @lock, terms, config.Data.Source, new RunState(RunFigures.Of(config)));

    /// <summary>The folder.</summary>
    public string Location { get; }

    /// <summary>The data source that the run was started with, as its configuration gives it.</summary>
    public string StartData { get; }

    /// <summary>The data source that the run uses now: the same data, possibly at another place.</summary>
    public string Data => Terms.Data ?? StartData;

    /// <summary>The terms of the run.</summary>
    public RunTerms Terms { get; private set; }

    /// <summary>The state of the run.</summary>
    public RunState State { get; }

    /// <summary>The rows of metrics.csv so far.</summary>
    public IReadOnlyList<MetricsRow> Rows => State.Rows;

    /// <summary>The model file.</summary>
    public string ModelFile => Path.Combine(Location, Model.FileName);

    /// <summary>The file of the replay buffer.</summary>
    public string BufferFile => Path.Combine(Location, BufferName);

    /// <summary>The file of the plotted curves.</summary>
    public string PlotFile => Path.Combine(Location, PlotName);

    /// <summary>The newest checkpoint, or null.</summary>
    public string? NewestCheckpoint => CheckpointFolder.NewestOf(Location);

    /// <summary>The file of an epoch's samples.</summary>
    /// <param name="epoch">The epoch, from 1.</param>
    /// <param name="extension">The file's extension, for example <c>.png</c>.</param>
    public string SamplesFile(int epoch, string extension) => Path.Combine(Location, SamplesName, $"epoch-{epoch:D4}{extension}");

    /// <summary>The model of an epoch, which only runs with small models of points keep.</summary>
    /// <param name="run">The run's folder.</param>
    /// <param name="epoch">The epoch, from 1.</param>
    public static string EpochFile(string run, int epoch) => Path.Combine(run, EpochsName, $"epoch-{epoch:D4}.safetensors");

    /// <summary>The picture of the landscape, in runs on points.</summary>
    public string LandscapeFile => Path.Combine(Location, LandscapeName);

    /// <summary>The default folder of a run: <c>runs/preset-UTC time</c>.</summary>
    public static string DefaultPath(string preset, DateTime utc) => Path.Combine("runs", $"{preset}-{utc:yyyyMMdd'T'HHmmss'Z'}");

    /// <summary>What a path holds; nothing is changed.</summary>
    /// <exception cref="InvalidInputException">The path is a file.</exception>
    public static RunFolderState Look(string path)
    {
        string full = Path.GetFullPath(path);
        if (File.Exists(full))
            throw new InvalidInputException($"The output {path} is a file; give a new folder with --out.");
        if (!Directory.Exists(full))
            return RunFolderState.Free;
        if (File.Exists(Path.Combine(full, ConfigName)))
            return IsFinished(full) ? RunFolderState.Finished : RunFolderState.Unfinished;
        return Directory.EnumerateFileSystemEntries(full).All(IsRemains) ? RunFolderState.Free : RunFolderState.Foreign;
    }

    /// <summary>Whether the run in a folder has exactly this configuration.</summary>
    public static bool HasConfig(string path, RunConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        string text = OptionsJson.Text(config.ToJson());
        try
        {
            // Parsed before comparing: an older Joule wrote fewer keys.
            return OptionsJson.Text(ConfigSources.Compose(null, Path.Combine(path, ConfigName), []).ToJson()) == text;
        }
        catch (InvalidInputException)
        {
            return false;
        }
    }

    /// <summary>Creates the folder and writes the configuration into it.</summary>
    /// <param name="path">The folder; it must be <see cref="RunFolderState.Free"/>.</param>
    /// <param name="config">The configuration.</param>
    /// <param name="terms">The terms of the run.</param>
    /// <param name="bytesNeeded">About how much the run will write, in bytes; less free space is an error.</param>
    /// <param name="start">The model that the run starts from, which is copied into the folder; or null.</param>
    /// <exception cref="InvalidInputException">
    /// The folder is not free, is in use, cannot be written, or the disk has too little space; or <see cref="NoiseAgreement"/> refuses the
    /// configuration. Nothing is left behind.
    /// </exception>
    public static RunFolder Create(string path, RunConfig config, RunTerms terms, long bytesNeeded, WarmStart? start = null)
    {
        ArgumentNullException.ThrowIfNull(config);
        ArgumentNullException.ThrowIfNull(terms);
        NoiseAgreement.Check(config);
        string full = Path.GetFullPath(path);
        bool existed = Directory.Exists(full);
        if (Look(path) is not RunFolderState.Free and var state)
        {
            string what = state == RunFolderState.Foreign ? "is not empty" : "holds another run";
            throw new InvalidInputException(
                $"The output folder {path} {what}; nothing in it was touched. Give a new folder with --out, or remove it first.");
        }
        string? created = existed ? null : FirstMissing(full);
        RunLock? held = null;
        try
        {
            Directory.CreateDirectory(full);
            long free = new DriveInfo(full).AvailableFreeSpace;
            if (free < bytesNeeded)
            {
                throw new InvalidInputException(
                    $"The disk of {path} is full: {free / 1024.0 / 1024.0:F1} MiB are free, and the run needs about "
                    + $"{bytesNeeded / 1024.0 / 1024.0:F1} MiB. Make room, or choose another folder with --out.");
            }
            held = RunLock.Take(full);
            string text = OptionsJson.Text(config.ToJson());
            RunFolder folder = new(full, held, terms with { Config = Hash(Encoding.UTF8.GetBytes(text)) }, config);
            folder.WriteTerms();
            folder.CreateFolders();
            start?.Keep(full);
            folder.WriteText(ConfigName, text);
            return folder;
        }
        catch (Exception e)
        {
            held?.Dispose();
            if (held is not null || created is not null)
                Remove(created ?? full, created is not null);
            if (e is IOException or UnauthorizedAccessException)
            {
                throw new InvalidInputException(
                    $"The output folder {path} cannot be written: {e.Message} Choose another one with --out.", e);
            }
            throw;
        }
    }

    /// <summary>Opens a run's folder to resume the run. Nothing is written before <see cref="Begin"/>.</summary>
    /// <param name="path">The folder.</param>
    /// <param name="config">The run's configuration.</param>
    /// <exception cref="InvalidInputException">The folder holds no run, is in use, or its configuration was changed.</exception>
    public static RunFolder Open(string path, out RunConfig config)
    {
        string full = Path.GetFullPath(path), file = Path.Combine(full, ConfigName);
        if (File.Exists(full))
        {
            throw new InvalidInputException($"{path} is a file ({NoModel.Kind(full)}), and a run is a folder. "
            + "Give the folder of a run, as 'joule train' wrote it.");
        }
        if (!File.Exists(file))
        {
            throw new InvalidInputException($"{path} holds no run: there is no {ConfigName} in it. "
                + $"Give the folder of a run, or start one with: joule train --out {path}");
        }
        RunLock held = RunLock.Take(full);
        try
        {
            RunTerms terms = RunTerms.Read(Path.Combine(full, RunTerms.FileName));
            config = ConfigSources.Compose(null, file, []);
            if (Hash(File.ReadAllBytes(file)) != terms.Config)
            {
                throw new InvalidInputException($"{file} was changed after the run started, so this would be another run. "
                    + $"Undo the change, or start a new run with: joule train --config {file}");
            }
            return new RunFolder(full, held, terms, config);
        }
        catch (Exception e)
        {
            held.Dispose();
            if (e is IOException or UnauthorizedAccessException)
                throw new InvalidInputException($"The run {path} cannot be read: {e.Message}", e);
            throw;
        }
    }

    /// <summary>
    /// Makes the folder agree with <see cref="State"/> before the run goes on: removes the summary and the rows of later epochs.
    /// </summary>
    /// <param name="terms">The terms of the resumed run.</param>
    /// <exception cref="InvalidInputException">The folder cannot be written.</exception>
    public void Begin(RunTerms terms)
    {
        ArgumentNullException.ThrowIfNull(terms);
        try
        {
            foreach (string folder in Folders.Select(name => Path.Combine(Location, name)).Prepend(Location))
            {
                foreach (string left in Directory.Exists(folder) ? Directory.EnumerateFiles(folder, ".*.tmp") : [])
                    File.Delete(left);
            }
            CreateFolders();
            // The summary goes first: it says that the run is finished.
            File.Delete(Path.Combine(Location, SummaryName));
            Terms = terms with { Config = Terms.Config, Images = Terms.Images };
            WriteTerms();
            if (Rows.Count > 0)
                WriteText(MetricsName, MetricsTable.Format(State.Figures.Columns, Rows));
            else
                File.Delete(Path.Combine(Location, MetricsName));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw AtomicFile.CannotWrite(Location, e);
        }
    }

    /// <summary>Removes an epoch's samples, left by an earlier attempt.</summary>
    /// <exception cref="InvalidInputException">The file cannot be removed.</exception>
    public void RemoveSamples(int epoch, string extension) => AtomicFile.Delete(SamplesFile(epoch, extension));

    /// <summary>Adds a row to metrics.csv.</summary>
    public void Add(MetricsRow row)
    {
        State.Rows.Add(row);
        WriteText(MetricsName, MetricsTable.Format(State.Figures.Columns, Rows));
    }

    /// <summary>Writes summary.json.</summary>
    public void WriteSummary(JsonObject summary) => WriteText(SummaryName, OptionsJson.Text(summary));

    /// <summary>Releases the folder.</summary>
    public void Dispose() => _lock.Dispose();

    /// <summary>The file for the model of an epoch (<see cref="EpochFile"/>), in a folder that now exists.</summary>
    /// <exception cref="InvalidInputException">The folder cannot be created.</exception>
    internal string CreateEpochFile(int epoch)
    {
        string folder = Path.Combine(Location, EpochsName);
        try
        {
            Directory.CreateDirectory(folder);
            return EpochFile(Location, epoch);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw AtomicFile.CannotWrite(folder, e);
        }
    }

    private void CreateFolders()
    {
        foreach (string name in (string[])[SamplesName, CheckpointFolder.FolderName])
            Directory.CreateDirectory(Path.Combine(Location, name));
    }

    private void WriteTerms() => WriteText(RunTerms.FileName, OptionsJson.Text(Terms.ToJson()));

    private void WriteText(string name, string text) =>
        AtomicFile.Write(Path.Combine(Location, name), stream => stream.Write(Encoding.UTF8.GetBytes(text)));

    private static string Hash(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    private static bool IsFinished(string folder)
    {
        try
        {
            FileInfo summary = new(Path.Combine(folder, SummaryName));
            if (!summary.Exists || summary.Length > LargestSummary)
                return false;
            using JsonDocument json = JsonDocument.Parse(File.ReadAllBytes(summary.FullName), new JsonDocumentOptions { MaxDepth = 16 });
            return json.RootElement.GetProperty("interrupted").ValueKind == JsonValueKind.False;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException
            or IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    // What a run leaves behind when it is killed before its configuration was written.
    private static bool IsRemains(string entry)
    {
        string name = Path.GetFileName(entry);
        return name is RunLock.FileName or RunLock.NoteName or RunTerms.FileName or WarmStart.FileName
            || (name.StartsWith('.') && name.EndsWith(".tmp", StringComparison.Ordinal))
            || (Folders.Contains(name) && Directory.Exists(entry) && !Directory.EnumerateFileSystemEntries(entry).Any());
    }

    // The outermost folder that does not exist yet; removing it undoes the creation.
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
                foreach (string name in (string[])[ConfigName, RunTerms.FileName, WarmStart.FileName, RunLock.FileName])
                    File.Delete(Path.Combine(path, name));
                foreach (string name in Folders.Where(name => Directory.Exists(Path.Combine(path, name))))
                    Directory.Delete(Path.Combine(path, name));
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The first error is the one to report.
        }
    }
}
