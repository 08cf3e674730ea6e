using System.Globalization;
using Joule.Data;

namespace Joule.Runs;

/// <summary>Files of one folder that are named by a number, for example <c>step-000001234.ckpt</c>. Other files are left alone.</summary>
/// <param name="folder">The folder; it need not exist.</param>
/// <param name="start">What comes before the number.</param>
/// <param name="end">What comes after it.</param>
internal sealed class NumberedFiles(string folder, string start, string end)
{
    /// <summary>The files, the largest number first.</summary>
    /// <exception cref="IOException">The folder cannot be read.</exception>
    public IEnumerable<string> NewestFirst() => Directory.Exists(folder)
        ? Directory.EnumerateFiles(folder, $"{start}*{end}").Where(f => NumberOf(f) >= 0).OrderByDescending(NumberOf)
        : [];

    /// <summary>The path of a number's file.</summary>
    public string PathOf(long number) => Path.Combine(folder, $"{start}{number.ToString("D9", CultureInfo.InvariantCulture)}{end}");

    /// <summary>The number of a file, or −1.</summary>
    public long NumberOf(string file)
    {
        string name = Path.GetFileName(file);
        ReadOnlySpan<char> number = name.AsSpan(start.Length, name.Length - start.Length - end.Length);
        return long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out long found) ? found : -1;
    }

    /// <summary>Reads the first intact one of some checkpoints.</summary>
    /// <param name="files">The files, the preferred one first.</param>
    /// <param name="read">Reads one.</param>
    /// <param name="warn">Receives a warning for every damaged one.</param>
    /// <returns>The file; null if there are none.</returns>
    /// <exception cref="InvalidInputException">There are files, but none is intact.</exception>
    public string? ReadFirst(IReadOnlyList<string> files, Action<string> read, Action<string> warn)
    {
        ArgumentNullException.ThrowIfNull(warn);
        foreach (string file in files)
        {
            try
            {
                read(file);
                return file;
            }
            catch (InvalidInputException e)
            {
                warn($"{e.Message} The checkpoint before it is used.");
            }
        }
        return files.Count == 0
            ? null
            : throw new InvalidInputException(
                $"No checkpoint in {folder} can be used. Remove that folder to start the run from its beginning.");
    }

    /// <summary>Removes all files but the newest few, and those of a number above the latest: damaged, or of an abandoned attempt.</summary>
    /// <param name="latest">The largest number to keep.</param>
    /// <param name="most">How many to keep.</param>
    /// <exception cref="InvalidInputException">A file cannot be removed.</exception>
    public void Prune(long latest, int most)
    {
        try
        {
            int kept = 0;
            foreach (string file in NewestFirst().ToArray())
            {
                if (NumberOf(file) > latest || ++kept > most)
                    File.Delete(file);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw AtomicFile.CannotWrite(folder, e);
        }
    }
}
