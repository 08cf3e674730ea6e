using System.Runtime.InteropServices;

namespace Joule.Cli.Streams;

/// <summary>Whether a stream accepts text without blocking. A pipe whose reader has stopped, or a paused terminal, does not.</summary>
internal static partial class StreamRoom
{
    private const short Writable = 4; // POLLOUT
    private const short Failed = 8 | 16; // POLLERR, POLLHUP

    /// <summary>Waits until a stream accepts a page of text.</summary>
    /// <param name="number">The stream's descriptor.</param>
    /// <param name="patience">The longest wait.</param>
    /// <returns>
    /// False if the wait timed out. True on Windows, which offers no such test, and if a write would fail: the write then reports why.
    /// </returns>
    public static bool Has(int number, TimeSpan patience)
    {
        if (OperatingSystem.IsWindows())
            return true;
        Waiting waiting = new() { Descriptor = number, Events = Writable };
        return Poll(ref waiting, 1, (int)patience.TotalMilliseconds) != 0;
    }

    /// <summary>Whether a stream has a reader: not if it is a pipe and its reader is gone. True on Windows.</summary>
    /// <param name="number">The stream's descriptor.</param>
    public static bool HasReader(int number)
    {
        if (OperatingSystem.IsWindows())
            return true;
        Waiting waiting = new() { Descriptor = number };
        return Poll(ref waiting, 1, 0) <= 0 || (waiting.Found & Failed) == 0;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct Waiting
    {
        public int Descriptor;
        public short Events;
        public short Found;
    }

    [LibraryImport("libc", EntryPoint = "poll")]
    private static partial int Poll(ref Waiting waiting, nuint count, int milliseconds);
}
