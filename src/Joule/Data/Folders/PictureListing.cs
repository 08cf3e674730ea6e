namespace Joule.Data;

/// <summary>The contents of a folder that may hold pictures.</summary>
/// <param name="Folder">The folder.</param>
/// <param name="Pictures">The PNG files, in the ordinal order of their names.</param>
/// <param name="Others">Pictures and arrays of other kinds, which are not read.</param>
/// <param name="Folders">The folders in it, in the ordinal order of their names.</param>
internal sealed record PictureListing(
    string Folder, IReadOnlyList<FileInfo> Pictures, IReadOnlyList<string> Others, IReadOnlyList<DirectoryInfo> Folders)
{
    private static readonly string[] OtherPictures =
        [".jpg", ".jpeg", ".jpe", ".jfif", ".bmp", ".gif", ".tif", ".tiff", ".webp", ".ppm", ".pgm", ".pbm", ".heic", ".avif", ".jp2",
            ".tga", ".ico", ".dcm", ".exr", ".svg"];

    private static readonly string[] Arrays = [".npy", ".npz", ".h5", ".hdf5", ".mat", ".pt", ".pth", ".idx", ".parquet", ".tfrecord"];

    /// <summary>Lists a folder, except for hidden files.</summary>
    /// <exception cref="InvalidInputException">There is no such folder, or it cannot be listed.</exception>
    public static PictureListing Of(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        try
        {
            FileSystemInfo[] entries = [.. new DirectoryInfo(folder).EnumerateFileSystemInfos().Where(entry => !entry.Name.StartsWith('.'))
                .OrderBy(entry => entry.Name, StringComparer.Ordinal)];
            FileInfo[] files = [.. entries.OfType<FileInfo>()];
            return new PictureListing(
                folder,
                [.. files.Where(file => Extension(file.Name) == ".png")],
                [.. files.Select(file => file.Name)
                    .Where(name => OtherPictures.Contains(Extension(name)) || Arrays.Contains(Extension(name)))],
                [.. entries.OfType<DirectoryInfo>()]);
        }
        catch (DirectoryNotFoundException error)
        {
            throw new InvalidInputException($"There is no folder {folder}. Check the name and the folder you are in.", error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new InvalidInputException(
                $"{folder} cannot be listed: {error.Message.TrimEnd('.')}. Name a folder that you may read.", error);
        }
    }

    /// <summary>Files that are not read, counted by their kind.</summary>
    public static IReadOnlyList<LeftOut> Count(IEnumerable<string> names) =>
    [
        .. names.GroupBy(name => "*" + Extension(name), StringComparer.Ordinal).OrderByDescending(kind => kind.Count())
            .ThenBy(kind => kind.Key, StringComparer.Ordinal)
            .Select(kind => new LeftOut { What = kind.Key, Count = kind.Count() }),
    ];

    /// <summary>A common name of files.</summary>
    public static string Kind(IReadOnlyList<LeftOut> leftOut) =>
        leftOut.All(left => OtherPictures.Contains(left.What[1..])) ? "pictures" : "files";

    /// <summary>What to do with files that are not read, for example how to convert pictures to PNG.</summary>
    public static string Advice(IReadOnlyList<LeftOut> leftOut)
    {
        string[] kinds = [.. leftOut.Select(left => left.What).Where(kind => OtherPictures.Contains(kind[1..]))];
        return kinds.Length > 0 ? $"convert them: mogrify -format png {string.Join(' ', kinds)}" : "an array is read alone: name its file";
    }

    /// <summary>The error of a folder without PNG files.</summary>
    public InvalidInputException None()
    {
        if (Others.Count == 0)
        {
            string names = string.Join(", ", Folders.Take(10).Select(folder => MessageText.Of(folder.Name)));
            string inside = Folders.Count == 0 ? "" : $" Nor is there one in its folders: {names}{(Folders.Count > 10 ? ", …" : "")}.";
            return new InvalidInputException($"{Folder}: there is no *.png file in this folder.{inside} Put the pictures there, all of one "
                + "size; or into one folder for each class.");
        }
        IReadOnlyList<LeftOut> counts = Count(Others);
        LeftOut[] pictures = counts.Where(left => OtherPictures.Contains(left.What[1..])).ToArray();
        return new InvalidInputException(pictures.Length > 0
            ? $"{Folder}: there is no *.png file in this folder, but {Text(pictures)}. Only PNG is read; {Advice(pictures)}."
            : $"{Folder}: there is no *.png file in this folder, but {Text(counts)}. Name the file: "
                + $"{Path.Combine(Folder, MessageText.Of(Others[0]))}.");
    }

    /// <summary>Counts in words.</summary>
    public static string Text(IEnumerable<LeftOut> leftOut) => string.Join(", ", leftOut.Select(left => $"{left.Count} {left.What}"));

    private static string Extension(string name) => Path.GetExtension(name).ToLowerInvariant();
}
