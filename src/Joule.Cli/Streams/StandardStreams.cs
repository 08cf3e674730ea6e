namespace Joule.Cli.Streams;

/// <summary>
/// Standard output and standard error as inherited by the process. A stream that was closed (<c>2&gt;&amp;-</c>) must not be used: its
/// descriptor belongs to whatever was opened first, such as a pipe of the runtime or a file of a run, and messages would go there.
/// </summary>
internal static class StandardStreams
{
    private const int CloseOnExec = 0x80000; // O_CLOEXEC, as Linux shows it in fdinfo
    private const int First = 0, OutputNumber = 1, ErrorNumber = 2;

    // Kept open until the process ends.
    private static readonly List<FileStream> Placeholders = [];
    private static bool s_hasInput = true;

    /// <summary>Opens standard input: an empty stream if it was closed.</summary>
    public static Stream OpenInput() => s_hasInput ? Console.OpenStandardInput() : Stream.Null;

    /// <summary>
    /// Replaces those streams of <see cref="Console"/> that were closed: output by a stream that fails every write, error by one that
    /// drops everything.
    /// </summary>
    public static void Open()
    {
        if (!OperatingSystem.IsLinux())
            return;
        bool[] given = [.. Enumerable.Range(First, ErrorNumber + 1).Select(IsGiven)];
        // Later files must not get the descriptor of a standard stream, because native code writes there.
        for (int number = First; number <= ErrorNumber && Placeholders.Count <= ErrorNumber; number++)
            if (!IsOpen(number))
                Placeholders.Add(new FileStream("/dev/null", FileMode.Open, FileAccess.Read, FileShare.ReadWrite, 1));
        s_hasInput = given[First];
        if (!given[OutputNumber])
            Console.SetOut(new ClosedWriter());
        if (!given[ErrorNumber])
            Console.SetError(TextWriter.Null);
    }

    private static bool IsOpen(int number) => File.Exists(Info(number));

    /// <summary>
    /// Whether a stream was inherited. An inherited stream survived the start of the program, so it does not have the close-on-exec flag;
    /// everything that the runtime opens has it.
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
