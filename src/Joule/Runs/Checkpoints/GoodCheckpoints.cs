using System.Globalization;
using Joule.Data;
using Joule.Training;

namespace Joule.Runs;

/// <summary>
/// The states that a diverged run may go back to: <c>good-000001000.ckpt</c> in its folder of checkpoints, made after a fixed number of updates while nothing was
/// wrong. The last two are kept: where the newest turns out to be ill already, there is one before it.
/// </summary>
public sealed class GoodCheckpoints
{
    private const int Kept = 2;
    private const string Start = "good-", End = ".ckpt";

    private readonly string _folder;
    private readonly CheckpointFile _format;

    /// <summary>Prepares; nothing is written yet.</summary>
    /// <param name="run">The run's folder.</param>
    /// <param name="format">How they are written.</param>
    public GoodCheckpoints(string run, CheckpointFile format)
    {
        _folder = Path.Combine(run, CheckpointFolder.FolderName);
        _format = format;
    }

    /// <summary>The updates after which they were made, the last one first.</summary>
    public IReadOnlyList<long> Updates => [.. Files().Select(UpdateOf)];

    /// <summary>The file of an update.</summary>
    public string File(long update) => Path.Combine(_folder, $"{Start}{update.ToString("D9", CultureInfo.InvariantCulture)}{End}");

    /// <summary>Writes one, and then removes what is not to be kept: all but the last two, and any of a later update.</summary>
    /// <exception cref="InvalidInputException">It cannot be written. The others are as they were.</exception>
    public void Write(Snapshot checkpoint)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        long update = Trainer.UpdateOf(checkpoint.Numbers);
        _format.Write(File(update), checkpoint);
        int kept = 0;
        foreach (string file in Files())
        {
            if (UpdateOf(file) > update || ++kept > Kept)
                AtomicFile.Delete(file);
        }
    }

    /// <summary>Reads the newest one that is whole and was made after at most so many updates; the oldest there is where all were made later.</summary>
    /// <param name="latest">So many updates.</param>
    /// <param name="checkpoint">Receives it.</param>
    /// <returns>False where there is none.</returns>
    public bool Read(long latest, Snapshot checkpoint)
    {
        string[] files = [.. Files()];
        foreach (string file in files.Where(f => UpdateOf(f) <= latest).Concat(files.Where(f => UpdateOf(f) > latest).Reverse()))
        {
            try
            {
                _format.Read(file, checkpoint);
                return true;
            }
            catch (InvalidInputException)
            {
                // A damaged one is no good one: the next is tried, and whoever asked is told which was used.
            }
        }
        return false;
    }

    /// <summary>Removes those of later updates.</summary>
    public void RemoveAfter(long update)
    {
        foreach (string file in Files().Where(f => UpdateOf(f) > update).ToArray())
            AtomicFile.Delete(file);
    }

    private IEnumerable<string> Files() => Directory.Exists(_folder)
        ? Directory.EnumerateFiles(_folder, $"{Start}*{End}").Where(f => UpdateOf(f) >= 0).OrderByDescending(UpdateOf)
        : [];

    private static long UpdateOf(string file)
    {
        string name = Path.GetFileName(file);
        return long.TryParse(name.AsSpan(Start.Length, name.Length - Start.Length - End.Length), NumberStyles.None, CultureInfo.InvariantCulture, out long update) ? update : -1;
    }
}
