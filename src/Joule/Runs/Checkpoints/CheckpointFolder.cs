using System.Globalization;
using Joule.Data;
using Joule.Training;

namespace Joule.Runs;

/// <summary>
/// The checkpoints of a run on disk: <c>step-000001234.ckpt</c> after that many updates, the last three of them, and <c>best.ckpt</c>.
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

    /// <summary>Prepares; nothing is written yet, and no folder is made: one that is lost during the run must not come back empty.</summary>
    /// <param name="run">The run's folder, with a folder for checkpoints in it.</param>
    /// <param name="format">How they are written.</param>
    public CheckpointFolder(string run, CheckpointFile format)
    {
        Location = Path.Combine(run, FolderName);
        _format = format;
    }

    /// <summary>The folder.</summary>
    public string Location { get; }

    /// <summary>The newest checkpoint, or null where there is none.</summary>
    public string? Newest => Files(Location).FirstOrDefault();

    /// <summary>The newest checkpoint of the run in a folder, or null where there is none.</summary>
    public static string? NewestOf(string run)
    {
        try
        {
            return Files(Path.Combine(run, FolderName)).FirstOrDefault();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null; // a folder that is lost
        }
    }

    /// <summary>Writes a checkpoint, and then removes those that are not to be kept: all but the last three, and any of a later update.</summary>
    /// <returns>The file.</returns>
    /// <exception cref="InvalidInputException">It cannot be written. The others are as they were.</exception>
    public string Write(Snapshot checkpoint)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        long update = Trainer.UpdateOf(checkpoint.Numbers);
        string file = WriteAs($"{Start}{update.ToString("D9", CultureInfo.InvariantCulture)}{End}", checkpoint);
        try
        {
            int kept = 0;
            foreach (string other in Files(Location))
            {
                // One of a later update was left by an attempt that was given up, or is damaged: this run has gone back behind it.
                if (UpdateOf(other) > update || ++kept > Kept)
                    File.Delete(other);
            }
            return file;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw AtomicFile.CannotWrite(Location, e);
        }
    }

    /// <summary>Writes the checkpoint of the best epoch so far.</summary>
    /// <exception cref="InvalidInputException">It cannot be written. The one before is as it was.</exception>
    public string WriteBest(Snapshot checkpoint) => WriteAs(BestName, checkpoint);

    /// <summary>Removes the checkpoint of the best epoch where it was made after more updates: the run has gone back behind it.</summary>
    /// <exception cref="InvalidInputException">It cannot be removed.</exception>
    public void RemoveBestAfter(long update)
    {
        string best = Path.Combine(Location, BestName);
        if (File.Exists(best) && CheckpointFile.UpdateOf(best) > update)
            AtomicFile.Delete(best);
    }

    /// <summary>Reads the newest checkpoint that is whole, be it that of the best epoch.</summary>
    /// <param name="checkpoint">Receives it.</param>
    /// <param name="warn">Is told of every one that is damaged.</param>
    /// <returns>The file, or null where there is none.</returns>
    /// <exception cref="InvalidInputException">There are some, and none is whole.</exception>
    public string? ReadNewest(Snapshot checkpoint, Action<string> warn)
    {
        ArgumentNullException.ThrowIfNull(warn);
        List<string> files = [.. Files(Location)];
        string best = Path.Combine(Location, BestName);
        if (File.Exists(best))
        {
            long update = CheckpointFile.UpdateOf(best);
            files.Insert(files.Count(f => UpdateOf(f) >= update), best);
        }
        foreach (string file in files)
        {
            try
            {
                _format.Read(file, checkpoint);
                return file;
            }
            catch (InvalidInputException e)
            {
                warn($"{e.Message} The checkpoint before it is used.");
            }
        }
        return files.Count == 0 ? null
            : throw new InvalidInputException($"No checkpoint in {Location} can be used. Remove that folder to start the run from its beginning.");
    }

    private string WriteAs(string name, Snapshot checkpoint)
    {
        string file = Path.Combine(Location, name);
        _format.Write(file, checkpoint);
        return file;
    }

    /// <summary>Files of checkpoints by update, the last one first.</summary>
    private static IEnumerable<string> Files(string location) => Directory.Exists(location)
        ? Directory.EnumerateFiles(location, $"{Start}*{End}").Where(f => UpdateOf(f) >= 0).OrderByDescending(UpdateOf)
        : [];

    private static long UpdateOf(string file)
    {
        string name = Path.GetFileName(file);
        return long.TryParse(name.AsSpan(Start.Length, name.Length - Start.Length - End.Length), NumberStyles.None, CultureInfo.InvariantCulture, out long update) ? update : -1;
    }
}
