using Joule.Data;

namespace Joule.Tables;

/// <summary>The bytes of a stream of rows: a file, packed or not, or a live stream, which gives what has arrived.</summary>
internal sealed class ByteFeed : IDisposable
{
    private readonly Stream _stream;
    private readonly PackedText? _file;
    private readonly bool _isOwn;
    private readonly byte[] _head = new byte[FileKind.HeadLength];
    private int _headCount;
    private int _headGiven;

    /// <summary>Opens a file.</summary>
    /// <exception cref="InvalidInputException">It cannot be read, or it is not of the kind that its name says.</exception>
    public ByteFeed(string path)
    {
        (Name, _isOwn) = (path, true);
        _stream = InputFile.Open(path);
        try
        {
            _file = new PackedText(_stream, path);
            if (path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) && !_file.IsPacked)
            {
                throw InvalidInputException.At(path, 0, "the file name ends in .gz, but the content is not gzipped (it does not start "
                    + "with the bytes 1f 8b). Correct the extension.");
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Reads a live stream. It is not disposed.</summary>
    public ByteFeed(Stream live, string name) => (_stream, Name) = (live, name);

    /// <summary>The name in messages.</summary>
    public string Name { get; }

    /// <summary>Whether reading may wait for somebody to write.</summary>
    public bool IsLive => _file is null;

    /// <summary>
    /// Reads the first bytes, which later reads give again: at least as many as tell the encoding, unless the content ends.
    /// </summary>
    /// <exception cref="InvalidInputException">The content is not text.</exception>
    public ReadOnlySpan<byte> Peek()
    {
        const int Enough = 4;
        while (_headCount < Enough)
        {
            int count = _file?.ReadUpTo(_head) ?? _stream.Read(_head, _headCount, _head.Length - _headCount);
            _headCount += count;
            if (count == 0 || _file is not null)
                break;
        }
        ReadOnlySpan<byte> head = _head.AsSpan(0, _headCount);
        if (_headCount > 0 && FileKind.Of(head) is { } kind && (IsBinary(head) && !kind.Name.Contains("text", StringComparison.Ordinal)
            || kind.IsPointer || head is [(byte)'<', ..]))
            throw new InvalidInputException($"{MessageText.Printable(Name)}: this is {kind.Name}, but lines of text were expected.");
        return head;
    }

    /// <summary>Reads what there is, waiting for at least one byte; 0 at the end.</summary>
    public int Read(Span<byte> destination)
    {
        if (_headGiven < _headCount)
        {
            int given = Math.Min(destination.Length, _headCount - _headGiven);
            _head.AsSpan(_headGiven, given).CopyTo(destination);
            _headGiven += given;
            return given;
        }
        return _file?.ReadUpTo(destination) ?? _stream.Read(destination);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _file?.Dispose();
        if (_isOwn)
            _stream.Dispose();
    }

    // Text may begin like a binary file, but it has no control characters.
    private static bool IsBinary(ReadOnlySpan<byte> head) => head.IndexOfAnyInRange((byte)0, (byte)8) >= 0
        || head.IndexOfAnyInRange((byte)14, (byte)26) >= 0;
}
