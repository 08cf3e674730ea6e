using System.Text;

namespace Joule.Cli.Streams;

/// <summary>
/// Standard output as commands see it. A failed write is a failure of the command (exit code 1) with a reason.
/// </summary>
internal sealed class ResultWriter(TextWriter inner) : TextWriter
{
    private const int OutputNumber = 1;

    public override Encoding Encoding => inner.Encoding;

    /// <summary>Whether anybody reads the output: false if it is a pipe whose reader is gone, which the runtime does not report.</summary>
    public bool HasReader => !ReferenceEquals(inner, Console.Out) || StreamRoom.HasReader(OutputNumber);

    public override void Write(char value) => Try(value, static (writer, value) => writer.Write(value));

    public override void Write(char[] buffer, int index, int count) => Write(buffer.AsSpan(index, count));

    public override void Write(ReadOnlySpan<char> buffer) => Try(buffer, static (writer, text) => writer.Write(text));

    public override void Write(string? value) => Try(value, static (writer, text) => writer.Write(text));

    public override void WriteLine(string? value) => Try(value, static (writer, text) => writer.WriteLine(text));

    public override void Flush() => Try(0, static (writer, _) => writer.Flush());

    private void Try<T>(T value, Action<TextWriter, T> write) where T : allows ref struct
    {
        try
        {
            write(inner, value);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ObjectDisposedException)
        {
            throw new OutputLostException(e);
        }
    }
}

/// <summary>A command's results cannot be written to standard output.</summary>
internal sealed class OutputLostException(Exception reason)
    : JouleException($"Standard output cannot be written: {reason.Message.TrimEnd('.')}.", reason);
