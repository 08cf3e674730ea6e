namespace Joule.Gpu.Driver;

/// <summary>Files of a cache that may be deleted at any time. Other processes may write and delete there as well.</summary>
internal static class CacheFolder
{
    /// <summary>Deletes the files that were used longest ago, until the others take as much as they may.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="extension">The ending of the files' names, with its dot.</param>
    /// <param name="mostBytes">The most that they may take together.</param>
    /// <param name="keep">A file that stays.</param>
    public static void MakeRoom(string folder, string extension, long mostBytes, string keep)
    {
        try
        {
            FileInfo[] files = [.. new DirectoryInfo(folder).EnumerateFiles("*" + extension).OrderBy(f => f.LastWriteTimeUtc)];
            long total = files.Sum(f => f.Length);
            foreach (FileInfo file in files)
            {
                if (total <= mostBytes)
                    return;
                if (file.Name == Path.GetFileName(keep))
                    continue;
                total -= file.Length;
                file.Delete();
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The next file that is kept makes room again.
        }
    }

    /// <summary>Notes that a file was used.</summary>
    public static void Touch(string path)
    {
        try
        {
            File.SetLastWriteTimeUtc(path, DateTime.UtcNow);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It only looks older than it is.
        }
    }
}
