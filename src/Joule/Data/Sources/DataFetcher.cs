using System.Text;

namespace Joule.Data;

/// <summary>
/// Fetches the files of a dataset into the cache: from the cache's own folder, or else from the dataset's sources in order. Several
/// processes may fetch at once.
/// </summary>
/// <param name="cache">The cache.</param>
public sealed class DataFetcher(DataCache cache)
{
    /// <summary>A fetcher on the user's cache.</summary>
    public DataFetcher() : this(DataCache.Default) { }

    /// <summary>Ensures that all files of a dataset are in the cache with the right content.</summary>
    /// <param name="dataset">The dataset.</param>
    /// <param name="log">Receives one line for each event; nothing if all files are there.</param>
    /// <param name="cancellation">Cancels the fetch; complete files stay.</param>
    /// <returns>The folder that holds the files, unpacked.</returns>
    /// <exception cref="InvalidInputException">
    /// The cache cannot be written, or holds a file with a wrong checksum that no source can replace.
    /// </exception>
    /// <exception cref="JouleException">
    /// No source has the files; the message lists what was tried and how to get them by hand.
    /// </exception>
    public string Fetch(Dataset dataset, Action<string> log, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        ArgumentNullException.ThrowIfNull(log);
        string folder = cache.FolderOf(dataset);
        if (cache.Holds(dataset))
            return folder;
        DataCache.CreateFolder(folder);
        using FetchLock held = FetchLock.Take(folder, () => log($"{dataset.Name}: another process is fetching it, waiting"), cancellation);
        List<string> wrong = [];
        List<DatasetFile> missing = Missing(dataset, wrong, log);
        List<(string Source, string Reason)> tried = [];
        foreach (IDatasetSource source in Sources(dataset, folder, missing))
        {
            if (missing.Count == 0)
                break;
            cancellation.ThrowIfCancellationRequested();
            log($"{dataset.Name}: trying {source.Name}");
            try
            {
                source.Bring([.. missing], Sink, line => log($"{dataset.Name}: {line}"), cancellation);
                if (missing.Count > 0)
                    tried.Add((source.Name, "some files are missing from it"));
            }
            catch (SourceException error)
            {
                log($"{dataset.Name}: {source.Name}: {error.Message}");
                tried.Add((source.Name, error.Message));
            }
        }
        if (missing.Count > 0)
            throw Failure(dataset, missing, wrong, tried);
        cache.Holds(dataset); // remembers the sums for the next start
        log($"{dataset.Name}: cached in {folder}");
        return folder;

        void Sink(DatasetFile file, Stream content)
        {
            cache.Store(dataset, file, content, cancellation);
            missing.Remove(file);
        }
    }

    /// <summary>
    /// The dataset's sources; before them the cache's own folder, in case the user put a file there by hand, packed or with another
    /// spelling.
    /// </summary>
    private static IEnumerable<IDatasetSource> Sources(Dataset dataset, string folder, List<DatasetFile> missing)
    {
        DatasetFile[] byHand = missing.Where(
            file => LocalIdxFolder.Locate(folder, file.Name) is string path && Path.GetFileName(path) != file.Name).ToArray();
        return byHand.Length == missing.Count && byHand.Length > 0
            ? dataset.Sources.Prepend(new FolderSource(folder, folder, "it is not there"))
            : dataset.Sources;
    }

    private List<DatasetFile> Missing(Dataset dataset, List<string> wrong, Action<string> log)
    {
        VerifiedFiles verified = new(cache.FolderOf(dataset));
        List<DatasetFile> missing = [];
        foreach (DatasetFile file in dataset.Files)
        {
            string path = cache.PathOf(dataset, file);
            string? sum = verified.Sum(path);
            if (sum == file.Sha256)
                continue;
            missing.Add(file);
            if (sum is null)
                continue;
            wrong.Add($"{path} has the SHA-256 {sum} where {file.Sha256} is expected");
            log($"{dataset.Name}: {wrong[^1]}; fetching it again");
        }
        return missing;
    }

    private JouleException Failure(
        Dataset dataset, List<DatasetFile> missing, List<string> wrong, List<(string Source, string Reason)> tried)
    {
        StringBuilder text = new();
        foreach (string line in wrong)
            text.AppendLine($"{line}.");
        text.AppendLine($"No source has {string.Join(", ", missing.Select(file => file.Name))} of {dataset.Name}. Tried:");
        text.AppendLine($"  - {cache.FolderOf(dataset)}: {(wrong.Count > 0 ? "wrong content" : "not there")}");
        foreach ((string source, string reason) in tried)
            text.AppendLine($"  - {source}: {reason}");
        text.AppendLine("To get the files by hand, download on a machine that can");
        text.AppendLine($"  {string.Join(", ", dataset.Files.Select(file => file.Name))}");
        text.Append($"put them, gzipped or not, into {cache.FolderOf(dataset)}, or into any folder and name it with --data PATH.");
        return wrong.Count > 0 ? new InvalidInputException(text.ToString()) : new JouleException(text.ToString());
    }
}
