using System.Security.Cryptography;
using Joule.Compute;

namespace Joule.Data;

/// <summary>
/// Writes a file so that a reader sees either the old or the whole new content: to a temporary file next to it, flushed, then renamed over
/// it. The folder is flushed too, so that the file survives a power cut.
/// </summary>
public static class AtomicFile
{
    // Unfinished copies. A process that ends during a write, unless killed, leaves none behind.
    private static readonly SharedList<string> Unfinished = new();

    static AtomicFile() => AppDomain.CurrentDomain.ProcessExit += (_, _) =>
    {
        foreach (string temporary in Unfinished.ToArray())
            Discard(temporary);
    };

    /// <summary>Writes a file atomically. On an error the unfinished copy is deleted and the old file is unchanged.</summary>
    /// <param name="path">The file to create or replace. Its folder must exist.</param>
    /// <param name="write">Writes the content. Its errors pass through, except for input and output errors.</param>
    /// <exception cref="InvalidInputException">The file cannot be written: no such folder, no permission, or the disk is full.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        ArgumentNullException.ThrowIfNull(write);
        Write(path, write, static (stream, action) => action(stream));
    }

    /// <summary>Writes a file atomically, passing a state to the writer so that it can be a static lambda over spans.</summary>
    internal static void Write<TState>(string path, TState state, Action<Stream, TState> write) where TState : allows ref struct
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        string full = Path.GetFullPath(path);
        string temporary = TemporaryPathBeside(full);
        Unfinished.Add(temporary);
        try
        {
            using (FileStream stream = new(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1 << 16))
            {
                write(stream, state);
                stream.Flush(flushToDisk: true);
            }
            File.Move(temporary, full, overwrite: true);
            FolderSync.Flush(Path.GetDirectoryName(full) ?? full);
        }
        catch (Exception error)
        {
            Discard(temporary);
            if (error is IOException or UnauthorizedAccessException)
                throw CannotWrite(path, error);
            throw;
        }
        finally
        {
            Unfinished.Remove(temporary);
        }
    }

    /// <summary>Deletes a file if it exists.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="InvalidInputException">The file cannot be deleted.</exception>
    internal static void Delete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw CannotWrite(path, error);
        }
    }

    /// <summary>The error for an output that cannot be written, with what to do.</summary>
    /// <param name="path">The file or folder that was to be written.</param>
    /// <param name="error">The error of the operating system.</param>
    public static InvalidInputException CannotWrite(string path, Exception error)
    {
        ArgumentNullException.ThrowIfNull(error);
        string folder = Path.GetDirectoryName(Path.GetFullPath(path)) ?? path;
        (string reason, string remedy) = error switch
        {
            _ when IsDiskFull(error) => ("the disk is full", $"Free some space on the disk that holds {folder}, or write to another one."),
            UnauthorizedAccessException when Directory.Exists(path) =>
                ("a folder of that name is there", "Give another name, or remove the folder."),
            UnauthorizedAccessException => ("permission is denied", $"Check who may write in {folder}, or write to another folder."),
            FileNotFoundException => ("its folder takes no new files", "Write to another folder."),
            DirectoryNotFoundException => ("its folder does not exist", $"Create {folder} first, or write to another folder."),
            _ => (error.Message.TrimEnd('.'), "Check the name and the disk, or write to another folder."),
        };
        return new InvalidInputException($"Cannot write {path}: {reason}. {remedy}", error);
    }

    private static string TemporaryPathBeside(string full)
    {
        string name = Path.GetFileName(full);
        if (name.Length > 100)
            name = name[..100];
        string unique = $".{name}.{Environment.ProcessId}.{RandomNumberGenerator.GetHexString(8, lowercase: true)}.tmp";
        return Path.Combine(Path.GetDirectoryName(full) ?? full, unique);
    }

    private static bool IsDiskFull(Exception error)
    {
        int code = error.HResult & 0xFFFF;
        if (error is not IOException)
            return false;
        if (OperatingSystem.IsWindows())
            return code is 0x70 or 0x27; // ERROR_DISK_FULL, ERROR_HANDLE_DISK_FULL
        return code == 28 || code == (OperatingSystem.IsMacOS() ? 69 : 122); // ENOSPC, EDQUOT
    }

    private static void Discard(string temporary)
    {
        try
        {
            File.Delete(temporary);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // The original error is the one to report; a left-over name starts with a dot and ends in .tmp.
        }
    }
}
