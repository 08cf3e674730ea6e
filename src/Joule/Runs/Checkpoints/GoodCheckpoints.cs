using Joule.Training;

namespace Joule.Runs;

/// <summary>
/// The states that a diverged run can roll back to: <c>good-000001000.ckpt</c> in its folder of checkpoints, made at a fixed interval of
/// updates while nothing was wrong. The last two are kept, in case the newest already had the problem.
/// </summary>
public sealed class GoodCheckpoints
{
    private const int Kept = 2;
    private const string Start = "good-", End = ".ckpt";

    private readonly NumberedFiles _files;
    private readonly CheckpointFile _format;

    /// <summary>Nothing is written yet.</summary>
    /// <param name="run">The run's folder.</param>
    /// <param name="format">The format of checkpoints.</param>
    public GoodCheckpoints(string run, CheckpointFile format)
    {
        _files = new NumberedFiles(Path.Combine(run, CheckpointFolder.FolderName), Start, End);
        _format = format;
    }

    /// <summary>The updates of the states, newest first.</summary>
    public IReadOnlyList<long> Updates => [.. _files.NewestFirst().Select(_files.NumberOf)];

    /// <summary>The file of an update.</summary>
    public string File(long update) => _files.PathOf(update);

    /// <summary>Writes a state, then removes all but the last two and any of a later update.</summary>
    /// <exception cref="InvalidInputException">The file cannot be written; the other states are unchanged.</exception>
    public void Write(Snapshot checkpoint)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        long update = Trainer.UpdateOf(checkpoint.Numbers);
        _format.Write(File(update), checkpoint);
        _files.Prune(update, Kept);
    }

    /// <summary>Reads the newest intact state of at most a given update, or else the oldest intact one.</summary>
    /// <param name="latest">The largest update preferred.</param>
    /// <param name="checkpoint">Receives the content.</param>
    /// <returns>False if no state is intact.</returns>
    public bool Read(long latest, Snapshot checkpoint)
    {
        string[] files = [.. _files.NewestFirst()];
        foreach (string file in files.Where(f => _files.NumberOf(f) <= latest).Concat(files.Where(f => _files.NumberOf(f) > latest).Reverse()))
        {
            try
            {
                _format.Read(file, checkpoint);
                return true;
            }
            catch (InvalidInputException)
            {
                // A damaged state is skipped; the event of the rollback says which one was used.
            }
        }
        return false;
    }

    /// <summary>Removes the states of later updates.</summary>
    public void RemoveAfter(long update)
    {
        _files.Prune(update, int.MaxValue);
    }
}
