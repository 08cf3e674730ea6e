using System.Security.Cryptography;

namespace Joule.Data;

/// <summary>The folder that keeps fetched datasets, unpacked: <c>root/dataset/file</c>.</summary>
/// <param name="root">The folder; created with the first file.</param>
public sealed class DataCache(string root)
{
    /// <summary>
    /// The user's cache: <c>$JOULE_DATA</c>, else <c>$XDG_CACHE_HOME/joule</c>, else <c>~/.cache/joule</c>; on Windows
    /// <c>%LOCALAPPDATA%\joule</c>.
    /// </summary>
    public static DataCache Default => new(RootFrom(
        Environment.GetEnvironmentVariable,
        OperatingSystem.IsWindows(),
        Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData),
        Environment.GetFolderPath(Environment.SpecialFolder.UserProfile)));

    /// <summary>The folder of all datasets.</summary>
    public string Root => root;

    /// <summary>The folder of one dataset.</summary>
    /// <param name="dataset">The dataset.</param>
    public string FolderOf(Dataset dataset)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        return Path.Combine(root, dataset.Name);
    }

    /// <summary>The path of a dataset's file, whether or not it exists.</summary>
    /// <param name="dataset">The dataset.</param>
    /// <param name="file">The file.</param>
    public string PathOf(Dataset dataset, DatasetFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        return Path.Combine(FolderOf(dataset), file.Name);
    }

    /// <summary>Whether all files of a dataset exist with the right content.</summary>
    /// <param name="dataset">The dataset.</param>
    public bool Holds(Dataset dataset)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        VerifiedFiles verified = new(FolderOf(dataset));
        return dataset.Files.All(file => verified.Sum(PathOf(dataset, file)) == file.Sha256);
    }

    /// <summary>Unpacks a file, checks its length and SHA-256, and stores it atomically.</summary>
    /// <param name="dataset">The dataset.</param>
    /// <param name="file">The expected file.</param>
    /// <param name="content">The content, gzipped or not.</param>
    /// <param name="cancellation">Ends the copy; nothing is left behind.</param>
    /// <exception cref="SourceException">The content is wrong, or cannot be read to its end.</exception>
    /// <exception cref="InvalidInputException">The cache cannot be written.</exception>
    public void Store(Dataset dataset, DatasetFile file, Stream content, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(content);
        string path = PathOf(dataset, file);
        CreateFolder(FolderOf(dataset));
        AtomicFile.Write(path, target => CopyChecked(file, content, target, cancellation));
    }

    /// <summary>Creates a folder of the cache.</summary>
    /// <exception cref="InvalidInputException">The folder cannot be created.</exception>
    internal static void CreateFolder(string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new InvalidInputException(
                $"The data folder {folder} cannot be created: {error.Message.TrimEnd('.')}. Set JOULE_DATA to a folder that you may write.",
                error);
        }
    }

    /// <summary>The rule of <see cref="Default"/>, for a given environment.</summary>
    internal static string RootFrom(Func<string, string?> variable, bool windows, string localData, string home)
    {
        if (variable("JOULE_DATA") is { Length: > 0 } own)
            return Path.GetFullPath(own);
        if (windows)
            return Path.Combine(localData, "joule");
        // By the XDG rules, a relative path is ignored.
        if (variable("XDG_CACHE_HOME") is { Length: > 0 } xdg && Path.IsPathRooted(xdg))
            return Path.Combine(xdg, "joule");
        return Path.Combine(home.Length > 0 ? home : Path.GetTempPath(), ".cache", "joule");
    }

    private static void CopyChecked(DatasetFile file, Stream content, Stream target, CancellationToken cancellation)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] block = new byte[1 << 16];
        long length = 0L;
        using GzipOrPlain source = Opened(content, file);
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            int count = ReadFrom(source, block);
            length += count;
            if (length > file.Length)
                throw new SourceException($"{file.Name} is longer than the {file.Length} bytes expected");
            hash.AppendData(block, 0, count);
            target.Write(block, 0, count);
            if (count < block.Length)
                break;
        }
        if (length < file.Length)
            throw new SourceException($"{file.Name} has {length} bytes where {file.Length} are expected");
        string sum = Convert.ToHexStringLower(hash.GetHashAndReset());
        if (sum != file.Sha256)
            throw new SourceException($"{file.Name} has the SHA-256 {sum} where {file.Sha256} is expected");
    }

    private static GzipOrPlain Opened(Stream content, DatasetFile file)
    {
        try
        {
            return new GzipOrPlain(content, file.Name);
        }
        catch (IOException error)
        {
            throw new SourceException(error.Message.TrimEnd('.'), error);
        }
    }

    private static int ReadFrom(GzipOrPlain source, Span<byte> block)
    {
        try
        {
            return source.ReadUpTo(block);
        }
        catch (Exception error) when (error is IOException or InvalidInputException)
        {
            throw new SourceException(error.Message.TrimEnd('.'), error);
        }
    }
}
