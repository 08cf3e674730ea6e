using System.Runtime.InteropServices;

namespace Joule.Cli.Streams;

/// <summary>Whether a stream takes text without waiting: a pipe whose reader has stopped, or a terminal that is held, does not.</summary>
internal static partial class StreamRoom
{
    private const short Writable = 4; // POLLOUT

    /// <summary>Waits for a while until a stream takes a page of text.</summary>
    /// <param name="number">The stream's descriptor.</param>
    /// <param name="patience">How long to wait.</param>
    /// <returns>
    /// False where it would have to be waited for longer. True on Windows, where one cannot ask, and where a write would fail: that says
    /// why.
    /// </returns>
    public static bool Has(int number, TimeSpan patience)
    {
        if (OperatingSystem.IsWindows())
            return true;
        Waiting waiting = new() { Descriptor = number, Events = Writable };
        return Poll(ref waiting, 1, (int)patience.TotalMilliseconds) != 0;
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
