using System.Text.Json;
using System.Text.Json.Nodes;
using Joule.Data;
using Joule.Training;

namespace Joule.Runs;

/// <summary>
/// The checkpoints of a run of chains, in a folder that is locked against other processes: the last three in <c>checkpoints/</c>, named by
/// their step, and the recorded draws in <c>draws.part</c>, to which pieces are appended.
/// </summary>
public sealed class ChainCheckpoints : IDisposable
{
    private const string DrawsName = "draws.part";
    private const string Start = "step-", End = ".ckpt";
    private const int FormatVersion = 1, Kept = 3;

    private readonly string _location;
    private readonly NumberedFiles _files;
    private readonly SnapshotFile _format = new("chains/", "joule.chains");
    private readonly RunLock _lock;

    /// <summary>Locks the folder. Nothing else is written before the chains run.</summary>
    /// <param name="folder">The folder; it must exist.</param>
    /// <param name="every">The interval between checkpoints, a time.</param>
    /// <param name="energy">What identifies the energy of the chains, for example a hash of its model: checkpoints of another are refused.
    /// Sampler, plan and states are compared anyway.</param>
    /// <exception cref="InvalidInputException">Another process uses the folder, or it cannot be written.</exception>
    public ChainCheckpoints(string folder, CheckpointInterval every, string energy = "")
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        ArgumentNullException.ThrowIfNull(energy);
        if (every.Seconds is not > 0)
            throw new InvalidInputException($"The interval between checkpoints of chains is {every}; it must be a time above 0.");
        (Folder, Every, Energy) = (Path.GetFullPath(folder), TimeSpan.FromSeconds(every.Seconds.Value), energy);
        _location = Path.Combine(Folder, CheckpointFolder.FolderName);
        _files = new NumberedFiles(_location, Start, End);
        _lock = RunLock.Take(Folder);
    }

    /// <summary>The folder.</summary>
    public string Folder { get; }

    /// <summary>The newest checkpoint, or null.</summary>
    public string? Newest => _files.NewestFirst().FirstOrDefault();

    /// <summary>The interval between checkpoints.</summary>
    internal TimeSpan Every { get; }

    /// <summary>What identifies the energy.</summary>
    internal string Energy { get; }

    /// <summary>The file of the recorded draws.</summary>
    internal string DrawsPath => Path.Combine(Folder, DrawsName);

    /// <summary>Removes all checkpoints and the recorded draws: a finished run needs none.</summary>
    /// <exception cref="InvalidInputException">A file cannot be removed.</exception>
    public void Remove()
    {
        try
        {
            if (Directory.Exists(_location))
                Directory.Delete(_location, recursive: true);
            File.Delete(DrawsPath);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw AtomicFile.CannotWrite(Folder, e);
        }
    }

    /// <summary>Releases the folder.</summary>
    public void Dispose() => _lock.Dispose();

    /// <summary>Prepares the folder before chains run: what an earlier process left unfinished is removed.</summary>
    /// <exception cref="InvalidInputException">The folder cannot be written.</exception>
    internal void Begin()
    {
        try
        {
            Directory.CreateDirectory(_location);
            foreach (string left in (string[])[.. Directory.GetFiles(Folder, ".*.tmp"), .. Directory.GetFiles(_location, ".*.tmp")])
                File.Delete(left);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw AtomicFile.CannotWrite(Folder, e);
        }
    }

    /// <summary>Writes a checkpoint, then removes all but the last three and any of a later step.</summary>
    /// <exception cref="InvalidInputException">The file cannot be written; the other checkpoints are unchanged.</exception>
    internal void Write(Snapshot snapshot, int step, string run)
    {
        _format.Write(_files.PathOf(step), snapshot, new JsonObject { ["version"] = FormatVersion, ["step"] = step, ["run"] = run });
        _files.Prune(step, Kept);
    }

    /// <summary>Reads the newest intact checkpoint.</summary>
    /// <param name="snapshot">Receives the content.</param>
    /// <param name="run">What identifies the run.</param>
    /// <param name="readDraws">Reads the draws of the checkpoint in the snapshot.</param>
    /// <param name="warn">Receives a warning for every damaged checkpoint.</param>
    /// <returns>The file; null if there are no checkpoints.</returns>
    /// <exception cref="InvalidInputException">There are checkpoints, but none is intact.</exception>
    internal string? ReadNewest(Snapshot snapshot, string run, Action readDraws, Action<string> warn) => _files.ReadFirst(
        [.. _files.NewestFirst()],
        file =>
        {
            InputFile.Read(file, stream =>
            {
                _format.Read(stream, file, snapshot, header => Check(header, file, run));
                return true;
            });
            readDraws();
        },
        warn);

    private void Check(SafeTensorsHeader header, string file, string run)
    {
        (string? version, string? given) = _format.Notes(header, file, notes => (
            notes.TryGetProperty("version", out JsonElement v) ? v.GetRawText() : null,
            notes.TryGetProperty("run", out JsonElement r) ? r.GetString() : null));
        if (version != $"{FormatVersion}")
        {
            throw InvalidInputException.At(file, header.MetadataOffset,
                $"this is a checkpoint of chains of format version {MessageText.Of(version ?? "?")}; this Joule reads version "
                + $"{FormatVersion}. Start the run again in a new folder.");
        }
        if (given != run)
        {
            throw InvalidInputException.At(file, header.MetadataOffset,
                "this is a checkpoint of chains with another energy, sampler or plan. It belongs to another run.");
        }
    }
}
