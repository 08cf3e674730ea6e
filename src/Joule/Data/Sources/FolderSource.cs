namespace Joule.Data;

/// <summary>Reads the files from a folder that a package of the operating system may have filled.</summary>
/// <param name="folder">The folder; files in it have their standard names, gzipped or not.</param>
/// <param name="name">Its name in messages.</param>
/// <param name="absence">Why it may be missing, and how to get it.</param>
public sealed class FolderSource(string folder, string name, string absence) : IDatasetSource
{
    /// <inheritdoc/>
    public string Name => name;

    /// <inheritdoc/>
    public void Bring(IReadOnlyList<DatasetFile> wanted, DatasetFileSink sink, Action<string> log, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(wanted);
        ArgumentNullException.ThrowIfNull(sink);
        if (!Directory.Exists(folder))
            throw new SourceException(absence);
        foreach (DatasetFile file in wanted)
        {
            cancellation.ThrowIfCancellationRequested();
            string path = LocalIdxFolder.Locate(folder, file.Name) ?? throw new SourceException($"there is no {file.Name} in {folder}");
            try
            {
                using FileStream stream = InputFile.Open(path);
                sink(file, stream);
            }
            catch (SourceException error)
            {
                throw new SourceException($"{path}: {error.Message}", error);
            }
        }
    }
}
