namespace Joule.Tables;

/// <summary>Splits bytes into lines while they arrive.</summary>
internal sealed class LineReader(ByteFeed source)
{
    private const int BlockBytes = 1 << 16;

    private byte[] _bytes = new byte[2 * BlockBytes];
    private int _start;
    private int _scanned;
    private int _end;
    private int _length;
    private bool _isOver;

    /// <summary>The number of the line, from 1.</summary>
    public long Number { get; private set; }

    /// <summary>The line without its end; valid until the next call.</summary>
    public ReadOnlySpan<byte> Line => _bytes.AsSpan(_start - _length, _length);

    /// <summary>Reads the next line.</summary>
    /// <param name="mayWait">Whether to wait for bytes that have not arrived.</param>
    /// <exception cref="InvalidInputException">A line is endless, or the content is not text.</exception>
    public RecordStep Next(bool mayWait)
    {
        if (Number == 0 && _end == 0)
            source.Peek();
        while (true)
        {
            int run = _bytes.AsSpan(_scanned, _end - _scanned).IndexOf((byte)'\n');
            if (run >= 0)
                return Take(_scanned + run + 1);
            _scanned = _end;
            if (_isOver)
                return _end > _start ? Take(_end) : RecordStep.End;
            if (!mayWait)
                return RecordStep.Wait;
            Refill();
        }
    }

    private RecordStep Take(int next)
    {
        _length = next - _start;
        _start = _scanned = next;
        Number++;
        return RecordStep.Record;
    }

    private void Refill()
    {
        _bytes.AsSpan(_start, _end - _start).CopyTo(_bytes);
        (_end, _start) = (_end - _start, 0);
        _scanned = _end;
        if (_bytes.Length - _end < BlockBytes)
        {
            if (_end > RecordReader.MostCharacters)
            {
                throw new InvalidInputException($"{MessageText.Printable(source.Name)}, line {Number + 1}: the line has more than "
                    + $"{RecordReader.MostCharacters:N0} bytes. Shorten it.");
            }
            Array.Resize(ref _bytes, 2 * _bytes.Length);
        }
        int count = source.Read(_bytes.AsSpan(_end, BlockBytes));
        _isOver = count == 0;
        _end += count;
    }
}
