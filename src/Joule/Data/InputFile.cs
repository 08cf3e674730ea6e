namespace Joule.Data;

/// <summary>Opens what the user named, and turns the errors of the operating system into sentences.</summary>
internal static class InputFile
{
    /// <summary>Opens a file for reading.</summary>
    /// <exception cref="InvalidInputException">There is no such file, it is a folder, or it may not be read.</exception>
    public static FileStream Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (Directory.Exists(path)) throw new InvalidInputException($"{path} is a folder, where a file was expected. Name a file in it.");
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, 1 << 16, FileOptions.SequentialScan);
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new InvalidInputException($"There is no file {path}. Check the name and the folder you are in.", error);
        }
        catch (UnauthorizedAccessException error)
        {
            throw new InvalidInputException($"{path} may not be read: permission is denied. Check who may read it.", error);
        }
        catch (IOException error)
        {
            throw CannotRead(path, error);
        }
    }

    /// <summary>Opens a file, reads something from it, and names the file where reading fails.</summary>
    public static T Read<T>(string path, Func<FileStream, T> read)
    {
        using var stream = Open(path);
        try
        {
            return read(stream);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw CannotRead(path, error);
        }
    }

    private static InvalidInputException CannotRead(string path, Exception error) =>
        new($"{path} cannot be read: {error.Message.TrimEnd('.')}. Check the file and the disk.", error);
}
