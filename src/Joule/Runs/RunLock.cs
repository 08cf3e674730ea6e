using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Joule.Data;

namespace Joule.Runs;

/// <summary>
/// Keeps two processes from writing to the same run folder. The operating system holds the lock on <c>.lock</c> and releases it however the
/// process ends; <c>lock.json</c> names the holder. On a file system without locks only that note counts, while its process lives.
/// </summary>
internal sealed class RunLock : IDisposable
{
    /// <summary>The file that is locked.</summary>
    public const string FileName = ".lock";

    /// <summary>The file that names the holder of the lock.</summary>
    public const string NoteName = "lock.json";

    private const int LargestNote = 4096;
    // Largest difference between two readings of the same process's start time.
    private static readonly TimeSpan SameStart = TimeSpan.FromSeconds(10);

    private readonly FileStream _file;
    private readonly string _note;

    private RunLock(FileStream file, string note) => (_file, _note) = (file, note);

    /// <summary>The holder of a lock.</summary>
    internal sealed record Holder(int Process, string Host, DateTime Since, DateTime Started)
    {
        public override string ToString() =>
            $"process {Process} on {Host}, since {Since.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture)} UTC";
    }

    /// <summary>Locks a folder. A lock that a dead process left is taken over.</summary>
    /// <param name="folder">The run's folder; it must exist.</param>
    /// <exception cref="InvalidInputException">Another process holds the lock; the message names it.</exception>
    public static RunLock Take(string folder)
    {
        string note = Path.Combine(folder, NoteName);
        FileStream file;
        try
        {
            // Read access only: a file open for writing would keep the disk from being remounted read-only.
            file = new FileStream(Path.Combine(folder, FileName), FileMode.OpenOrCreate, FileAccess.Read, FileShare.None);
        }
        catch (IOException e) when (IsHeld(e))
        {
            throw new InvalidInputException($"The run {folder} is in use by {(object?)ReadNote(note) ?? "another process"}. "
                + "Wait until it ends, or stop it; two processes cannot write the same run.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw AtomicFile.CannotWrite(Path.Combine(folder, FileName), e);
        }
        try
        {
            if (ReadNote(note) is { } holder)
                CheckDead(holder, folder, note);
            DateTime started = StartOf(Process.GetCurrentProcess()) ?? DateTime.UtcNow;
            Holder self = new(Environment.ProcessId, Environment.MachineName, DateTime.UtcNow, started);
            AtomicFile.Write(note, stream => stream.Write(Encoding.UTF8.GetBytes(Text(self))));
            return new RunLock(file, note);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Releases the lock.</summary>
    public void Dispose()
    {
        try
        {
            File.Delete(_note);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A note left behind names a dead process, so the next process takes the lock over.
        }
        _file.Dispose();
    }

    /// <summary>The text of a note.</summary>
    internal static string Text(Holder holder) => OptionsJson.Text(new JsonObject
    {
        ["process"] = holder.Process,
        ["host"] = holder.Host,
        ["since"] = holder.Since,
        ["process_started"] = holder.Started,
    });

    // A sharing or locking violation on Windows, EAGAIN elsewhere.
    private static bool IsHeld(IOException error)
    {
        int code = error.HResult & 0xFFFF;
        return OperatingSystem.IsWindows() ? code is 32 or 33 : code == (OperatingSystem.IsLinux() ? 11 : 35);
    }

    private static void CheckDead(Holder holder, string folder, string note)
    {
        if (!string.Equals(holder.Host, Environment.MachineName, StringComparison.OrdinalIgnoreCase))
        {
            throw new InvalidInputException($"The run {folder} was last in use by {holder}. "
                + $"{Environment.MachineName} cannot see whether that process still runs: if it does not, remove {note} and try again.");
        }
        if (Lives(holder))
        {
            throw new InvalidInputException(
                $"The run {folder} is in use by {holder}. Wait until it ends, or stop it; two processes cannot write the same run.");
        }
    }

    // A process that has since been given the same number does not count.
    private static bool Lives(Holder holder)
    {
        try
        {
            using Process process = Process.GetProcessById(holder.Process);
            return !process.HasExited && (StartOf(process) is not { } started || (started - holder.Started).Duration() < SameStart);
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException)
        {
            return false;
        }
    }

    private static DateTime? StartOf(Process process)
    {
        try
        {
            return process.StartTime.ToUniversalTime();
        }
        catch (Exception e) when (e is InvalidOperationException or NotSupportedException or System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }

    private static Holder? ReadNote(string note)
    {
        try
        {
            FileInfo info = new(note);
            if (!info.Exists || info.Length > LargestNote)
                return null;
            using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(note), new JsonDocumentOptions { MaxDepth = 4 });
            JsonElement json = document.RootElement;
            return new Holder(json.GetProperty("process").GetInt32(), json.GetProperty("host").GetString() ?? "?",
                json.GetProperty("since").GetDateTime(), json.GetProperty("process_started").GetDateTime());
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException or KeyNotFoundException
            or IOException or UnauthorizedAccessException)
        {
            return null; // an unreadable note
        }
    }
}
