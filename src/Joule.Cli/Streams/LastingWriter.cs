using System.Text;

namespace Joule.Cli.Streams;

/// <summary>
/// Standard error as commands see it: progress and messages, which never end or block the work. Text that cannot be written (the stream
/// is closed, the disk is full, the reader or terminal is gone, or the reader has stopped reading) is dropped. Each later text is tried
/// again.
/// </summary>
internal sealed class LastingWriter : TextWriter
{
    private const int Piece = 1024; // characters, at most 3 KiB, which fit if a pipe reports room
    private const int ErrorNumber = 2;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(0.5);

    private readonly TextWriter _inner;
    private readonly Func<TimeSpan, bool> _hasRoom;
    private bool _stuck;

    /// <summary>Wraps a stream.</summary>
    /// <param name="inner">The stream.</param>
    /// <param name="hasRoom">Waits at most the given time for the stream to accept text without blocking; returns whether it does.</param>
    public LastingWriter(TextWriter inner, Func<TimeSpan, bool> hasRoom) => (_inner, _hasRoom) = (inner, hasRoom);

    public override Encoding Encoding => _inner.Encoding;

    /// <summary>Whether this is the standard error of the process, on a terminal.</summary>
    public bool IsTerminal => ReferenceEquals(_inner, Console.Error) && !Console.IsErrorRedirected;

    /// <summary>Wraps a stream, which may be the standard error of the process.</summary>
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
            // Dropped, as in a write.
        }
    }

    private bool TryWrite(ReadOnlySpan<char> text)
    {
        // After one wait in vain, the stream is not waited for again until it has room.
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
