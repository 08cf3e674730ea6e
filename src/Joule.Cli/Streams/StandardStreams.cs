namespace Joule.Cli.Streams;

/// <summary>
/// Standard output and standard error as the process was given them. One that was closed (<c>2&gt;&amp;-</c>) is not used: its number
/// belongs to whatever the process opened first, a pipe of the runtime or a file of a run, and a message would go there.
/// </summary>
internal static class StandardStreams
{
    private const int CloseOnExec = 0x80000; // O_CLOEXEC, in the flags that Linux shows
    private const int First = 0, OutputNumber = 1, ErrorNumber = 2;

    // Held until the process ends.
    private static readonly List<FileStream> Placeholders = [];

    /// <summary>
    /// Replaces the streams of <see cref="Console"/> that were closed: output by one whose every write fails, error by one that drops
    /// everything.
    /// </summary>
    public static void Open()
    {
        if (!OperatingSystem.IsLinux())
            return;
        bool[] given = [.. Enumerable.Range(First, ErrorNumber + 1).Select(IsGiven)];
        // What is opened later must not get the number of a stream: native code writes there.
        for (int number = First; number <= ErrorNumber && Placeholders.Count <= ErrorNumber; number++)
            if (!IsOpen(number))
                Placeholders.Add(new FileStream("/dev/null", FileMode.Open, FileAccess.Read, FileShare.ReadWrite, 1));
        if (!given[OutputNumber])
            Console.SetOut(new ClosedWriter());
        if (!given[ErrorNumber])
            Console.SetError(TextWriter.Null);
    }

    private static bool IsOpen(int number) => File.Exists(Info(number));

    /// <summary>
    /// A stream that came with the process lived through its start, and so is not marked to be closed there; what the process opens itself
    /// always is.
    /// </summary>
    private static bool IsGiven(int number)
    {
        try
        {
            string? flags = File.ReadLines(Info(number)).FirstOrDefault(line => line.StartsWith("flags:", StringComparison.Ordinal));
            return flags is null || (Convert.ToInt64(flags["flags:".Length..].Trim(), 8) & CloseOnExec) == 0;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return !Directory.Exists("/proc/self/fdinfo");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException)
        {
            return true;
        }
    }

    private static string Info(int number) => $"/proc/self/fdinfo/{number}";

    /// <summary>A standard output that is closed.</summary>
    private sealed class ClosedWriter : StringWriter
    {
        public override void Write(char value) => throw Closed();

        public override void Write(char[] buffer, int index, int count) => throw Closed();

        public override void Write(ReadOnlySpan<char> buffer) => throw Closed();

        public override void Write(string? value) => throw Closed();

        private static IOException Closed() => new("it is closed");
    }
}
