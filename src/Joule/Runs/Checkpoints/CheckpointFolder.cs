using Joule.Data;
using Joule.Training;

namespace Joule.Runs;

/// <summary>
/// A run's checkpoints on disk: the last three, named by their update (<c>step-000001234.ckpt</c>), and <c>best.ckpt</c>.
/// </summary>
public sealed class CheckpointFolder
{
    /// <summary>The name of the folder in a run's folder.</summary>
    public const string FolderName = "checkpoints";

    /// <summary>The name of the checkpoint of the best epoch.</summary>
    public const string BestName = "best.ckpt";

    private const int Kept = 3;
    private const string Start = "step-", End = ".ckpt";

    private readonly CheckpointFile _format;
    private readonly NumberedFiles _files;

    /// <summary>Nothing is written, and the folder is not created: a folder lost during the run must not come back empty.</summary>
    /// <param name="run">The run's folder; its folder for checkpoints exists.</param>
    /// <param name="format">The format of checkpoints.</param>
    public CheckpointFolder(string run, CheckpointFile format)
    {
        Location = Path.Combine(run, FolderName);
        _format = format;
        _files = FilesOf(Location);
    }

    /// <summary>The folder.</summary>
    public string Location { get; }

    /// <summary>The newest checkpoint, or null.</summary>
    public string? Newest => _files.NewestFirst().FirstOrDefault();

    /// <summary>The newest checkpoint in a run's folder, or null.</summary>
    public static string? NewestOf(string run)
    {
        try
        {
            return FilesOf(Path.Combine(run, FolderName)).NewestFirst().FirstOrDefault();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null; // the folder is lost
        }
    }

    /// <summary>Writes a checkpoint, then removes all but the last three and any of a later update.</summary>
    /// <returns>The file.</returns>
    /// <exception cref="InvalidInputException">The file cannot be written; the other checkpoints are unchanged.</exception>
    public string Write(Snapshot checkpoint)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        long update = Trainer.UpdateOf(checkpoint.Numbers);
        string file = _files.PathOf(update);
        _format.Write(file, checkpoint);
        _files.Prune(update, Kept);
        return file;
    }

    /// <summary>Writes the checkpoint of the best epoch so far.</summary>
    /// <exception cref="InvalidInputException">The file cannot be written; the previous best is unchanged.</exception>
    public string WriteBest(Snapshot checkpoint)
    {
        string file = Path.Combine(Location, BestName);
        _format.Write(file, checkpoint);
        return file;
    }

    /// <summary>Removes the best checkpoint if it is of a later update, as after a rollback.</summary>
    /// <exception cref="InvalidInputException">The file cannot be removed.</exception>
    public void RemoveBestAfter(long update)
    {
        string best = Path.Combine(Location, BestName);
        if (File.Exists(best) && CheckpointFile.UpdateOf(best) > update)
            AtomicFile.Delete(best);
    }

    /// <summary>Reads the newest intact checkpoint, the best one included.</summary>
    /// <param name="checkpoint">Receives the content.</param>
    /// <param name="warn">Receives a warning for every damaged checkpoint.</param>
    /// <returns>The file; null if there are no checkpoints.</returns>
    /// <exception cref="InvalidInputException">There are checkpoints, but none is intact.</exception>
    public string? ReadNewest(Snapshot checkpoint, Action<string> warn)
    {
        List<string> files = [.. _files.NewestFirst()];
        string best = Path.Combine(Location, BestName);
        if (File.Exists(best))
        {
            long update = CheckpointFile.UpdateOf(best);
            files.Insert(files.Count(f => _files.NumberOf(f) >= update), best);
        }
        return _files.ReadFirst(files, file => _format.Read(file, checkpoint), warn);
    }

    private static NumberedFiles FilesOf(string location) => new(location, Start, End);
}
