using System.Text;

namespace Joule.Data;

/// <summary>Opens files that the user named, and explains the errors of the operating system.</summary>
internal static class InputFile
{
    /// <summary>Opens a file for reading.</summary>
    /// <exception cref="InvalidInputException">
    /// The file is missing, a folder, empty, not a regular file, or not readable.
    /// </exception>
    public static FileStream Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        // Checked before it is opened: opening a pipe without a writer waits for ever, and a device may have no end.
        if (IsWithoutLength(path))
            throw InvalidInputException.At(
                path, 0,
                "the file is empty or not a regular file (a pipe or a device). Name a file with content; save what comes from a pipe to "
                + "disk first.");
        FileStream stream = OpenAny(path);
        if (stream.CanSeek)
            return stream;
        // A named pipe, such as a shell's <(command) or /dev/stdin.
        stream.Dispose();
        throw new InvalidInputException(
            $"{path} is not a regular file (a pipe or a device). Save what comes from it to disk first, and name that file.");
    }

    /// <summary>Opens a file and reads from it; errors of reading name the file.</summary>
    public static T Read<T>(string path, Func<FileStream, T> read)
    {
        try
        {
            using FileStream stream = Open(path);
            return read(stream);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw CannotRead(path, error);
        }
    }

    /// <summary>Reads a whole file of limited size.</summary>
    /// <param name="path">The file.</param>
    /// <param name="most">The largest number of bytes to read.</param>
    /// <param name="what">What the file should be, for the error, for example "a configuration".</param>
    /// <param name="mayBePipe">Whether the file may be a pipe, because the user named it: no more than the limit is read from it.</param>
    /// <exception cref="InvalidInputException">There is no such file, it cannot be read, or it is larger.</exception>
    public static byte[] ReadAll(string path, int most, string what, bool mayBePipe = false)
    {
        try
        {
            using FileStream stream = mayBePipe ? OpenAny(path) : Open(path);
            if (stream.CanSeek && stream.Length > most)
                throw TooLarge(path, stream.Length, most, what);
            byte[] bytes = new byte[stream.CanSeek && stream.Length > 0 ? stream.Length : most + 1];
            int count = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            if (count > most)
                throw TooLarge(path, count, most, what);
            return count == bytes.Length ? bytes : bytes[..count];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw CannotRead(path, error);
        }
    }

    /// <summary>Text in UTF-8, without its byte-order mark.</summary>
    public static ReadOnlySpan<byte> WithoutMark(ReadOnlySpan<byte> bytes) =>
        bytes.StartsWith(Encoding.UTF8.Preamble) ? bytes[Encoding.UTF8.Preamble.Length..] : bytes;

    private static bool IsWithoutLength(string path)
    {
        try
        {
            FileInfo file = new(path);
            return file.Exists && (file.ResolveLinkTarget(returnFinalTarget: true) as FileInfo ?? file) is { Exists: true, Length: 0 };
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw CannotRead(path, error);
        }
    }

    private static FileStream OpenAny(string path)
    {
        if (Directory.Exists(path))
            throw new InvalidInputException($"{path} is a folder, where a file was expected. Name a file in it.");
        try
        {
            return new FileStream(
                path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, 1 << 16, FileOptions.SequentialScan);
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

    private static InvalidInputException TooLarge(string path, long has, int most, string what) =>
        InvalidInputException.At(
            path, most, $"the file has {(has > most + 1L ? has.ToString() : "more")} bytes; {what} has at most {most}. Is it {what}?");

    private static InvalidInputException CannotRead(string path, Exception error) =>
        new($"{path} cannot be read: {error.Message.TrimEnd('.')}. Check the file and the disk.", error);
}
