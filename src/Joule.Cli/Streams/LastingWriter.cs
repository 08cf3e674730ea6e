using System.Text;

namespace Joule.Cli.Streams;

/// <summary>
/// Standard error as commands see it: progress and messages, which never end or hold up the work. What cannot be written, because the
/// stream is closed, its disk is full, its reader or terminal is gone or a reader has stopped to read, is dropped, and the next text is
/// tried again.
/// </summary>
internal sealed class LastingWriter : TextWriter
{
    private const int Piece = 1024; // characters: at most 3 KiB, which fit where a pipe says that it has room
    private const int ErrorNumber = 2;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(0.5);

    private readonly TextWriter _inner;
    private readonly Func<TimeSpan, bool> _hasRoom;
    private bool _stuck;

    /// <summary>Wraps a stream.</summary>
    /// <param name="inner">The stream.</param>
    /// <param name="hasRoom">Waits for at most so long until the stream takes some text without waiting, and says whether it does.</param>
    public LastingWriter(TextWriter inner, Func<TimeSpan, bool> hasRoom) => (_inner, _hasRoom) = (inner, hasRoom);

    public override Encoding Encoding => _inner.Encoding;

    /// <summary>Whether this is the process' own standard error, on a terminal.</summary>
    public bool IsTerminal => ReferenceEquals(_inner, Console.Error) && !Console.IsErrorRedirected;

    /// <summary>Wraps a stream that may be the process' standard error.</summary>
    public static LastingWriter Of(TextWriter error) =>
        error as LastingWriter ?? new(error, ReferenceEquals(error, Console.Error) ? time => StreamRoom.Has(ErrorNumber, time) : _ => true);

    public override void Write(char value) => Write([value]);

    public override void Write(char[] buffer, int index, int count) => Write(buffer.AsSpan(index, count));

    public override void Write(string? value) => Write(value.AsSpan());

    public override void WriteLine(string? value) => Write(value + NewLine);

    public override void Write(ReadOnlySpan<char> buffer)
    {
        for (ReadOnlySpan<char> left = buffer; left.Length > 0; left = left[Math.Min(Piece, left.Length)..])
            if (!TryWrite(left[..Math.Min(Piece, left.Length)]))
                return;
    }

    public override void Flush()
    {
        try
        {
            _inner.Flush();
        }
        catch (Exception e) when (IsLoss(e))
        {
            // As for a write.
        }
    }

    private bool TryWrite(ReadOnlySpan<char> text)
    {
        // Who has kept the work waiting once is not waited for again before there is room.
        _stuck = !_hasRoom(_stuck ? TimeSpan.Zero : Patience);
        if (_stuck)
            return false;
        try
        {
            _inner.Write(text);
            return true;
        }
        catch (Exception e) when (IsLoss(e))
        {
            return false;
        }
    }

    private static bool IsLoss(Exception e) => e is IOException or UnauthorizedAccessException or ObjectDisposedException;
}
