using System.Buffers;
using System.Text;
using Joule.Data;

namespace Joule.Tables;

/// <summary>The start of a row in a text file.</summary>
/// <param name="Line">Its first line, from 1.</param>
/// <param name="Offset">Its first byte, from 0, counted in the decompressed content.</param>
internal readonly record struct RowStart(int Line, long Offset);

/// <summary>
/// The decoded characters of a delimited file on their way to the parser. It rejects what a parser would accept or guess: NUL bytes,
/// unclosed or misplaced quotes, endless cells and undecodable bytes. It also records the start of every row.
/// </summary>
internal sealed class CheckedText : TextReader
{
    private const int BlockBytes = 1 << 15, ManyLines = 1 << 10;

    private readonly PackedText _source;
    private readonly string _file;
    private readonly char _separator;
    private readonly bool _quotes;
    private readonly SearchValues<char> _special;
    private readonly Encoding _encoding;
    private readonly Decoder _decoder;
    private readonly int _unit;
    private readonly byte[] _bytes = new byte[BlockBytes];
    private readonly char[] _chars;
    private int _byteCount;
    private int _charCount;
    private int _given;
    private bool _ended;

    // The position of the next character to check.
    private long _offset;
    private int _line = 1;
    private int _column = 1;
    private long _character = 1;
    private long _cellLength;
    private State _state = State.CellStart;
    private bool _rowStart = true;
    private bool _afterReturn;
    private (int Line, int Column, long Character, long Offset) _quote;

    private enum State
    {
        CellStart,
        Plain,
        Quoted,
        AfterQuote,
    }

    /// <summary>Detects the encoding from the first bytes.</summary>
    /// <param name="source">The content. It is not disposed.</param>
    /// <param name="file">The file's name in messages.</param>
    /// <param name="separator">The cell separator.</param>
    /// <param name="quotes">Whether quotes enclose cells.</param>
    /// <exception cref="InvalidInputException">The file is binary.</exception>
    public CheckedText(PackedText source, string file, char separator, bool quotes)
    {
        _source = source;
        _file = file;
        _separator = separator;
        _quotes = quotes;
        _special = SearchValues.Create(quotes ? [separator, '"', '\n', '\r', '\0'] : [separator, '\n', '\r', '\0']);
        _byteCount = source.ReadUpTo(_bytes);
        (_encoding, int mark) = TextEncoding.Of(_bytes.AsSpan(0, _byteCount));
        ReadOnlySpan<byte> head = _bytes.AsSpan(0, Math.Min(_byteCount, FileKind.HeadLength));
        if (FileKind.Of(head) is { } kind && (IsBinary(head) && !kind.Name.Contains("text", StringComparison.Ordinal) || kind.IsPointer
            || head is [(byte)'<', ..]))
        {
            throw InvalidInputException.At(file, 0, $"this is {kind.Name}, but delimited text (CSV) was expected. Give the file its own "
                + "extension, or name another one.");
        }
        _unit = _encoding.GetByteCount("a");
        _decoder = _encoding.GetDecoder();
        _chars = new char[_encoding.GetMaxCharCount(BlockBytes)];
        _offset = mark;
        Decode(_bytes.AsSpan(mark, _byteCount - mark), _byteCount < BlockBytes);
    }

    /// <summary>Whether the reader ignores blank lines, so that many of them need not be given.</summary>
    public bool DropsBlankLines { get; set; }

    /// <summary>The starts of the rows that the parser has not returned yet.</summary>
    public Queue<RowStart> Rows { get; } = new();

    /// <inheritdoc/>
    public override int Read(Span<char> buffer)
    {
        while (_given == _charCount)
        {
            if (_ended)
                return 0;
            _byteCount = _source.ReadUpTo(_bytes);
            Decode(_bytes.AsSpan(0, _byteCount), _byteCount < BlockBytes);
        }
        int count = Math.Min(buffer.Length, _charCount - _given);
        _chars.AsSpan(_given, count).CopyTo(buffer);
        _given += count;
        return count;
    }

    /// <inheritdoc/>
    public override int Read(char[] buffer, int index, int count) => Read(buffer.AsSpan(index, count));

    /// <inheritdoc/>
    public override int Read()
    {
        Span<char> one = stackalloc char[1];
        return Read(one) == 0 ? -1 : one[0];
    }

    // Text may begin like a binary file, but it has no control characters.
    private static bool IsBinary(ReadOnlySpan<byte> head) => head.IndexOfAnyInRange((byte)0, (byte)8) >= 0
        || head.IndexOfAnyInRange((byte)14, (byte)26) >= 0;

    private void Decode(ReadOnlySpan<byte> bytes, bool last)
    {
        _given = 0;
        try
        {
            _charCount = _decoder.GetChars(bytes, _chars, last);
        }
        catch (DecoderFallbackException error)
        {
            // Everything before the error is valid; it determines the line.
            int good = Math.Clamp(error.Index, 0, bytes.Length);
            Encoding lenient = Encoding.GetEncoding(_encoding.CodePage, EncoderFallback.ReplacementFallback,
                DecoderFallback.ReplacementFallback);
            _charCount = lenient.GetChars(bytes[..good], _chars);
            Check();
            throw InvalidInputException.At(_file, Place(), _offset,
                $"the bytes are not valid {_encoding.WebName.ToUpperInvariant()}. Save the file as UTF-8.", error);
        }
        Check();
        if (!last)
            return;
        _ended = true;
        if (_state == State.Quoted)
        {
            throw InvalidInputException.At(_file, Place(_quote.Line, _quote.Column, _quote.Character), _quote.Offset,
                "the quote that opens this cell is never closed. Close it; or, if quotes are text, --set data.quotes=false.");
        }
    }

    private void Check()
    {
        int at = 0;
        while (at < _charCount)
        {
            ReadOnlySpan<char> text = _chars.AsSpan(0, _charCount);
            if (_rowStart && !_afterReturn && text[at] == '\n')
            {
                at = Blank(at);
                continue;
            }
            int run = text[at..].IndexOfAny(_special);
            if (run < 0)
                run = text.Length - at;
            if (run > 0)
            {
                Ordinary(text.Slice(at, run));
                at += run;
                continue;
            }
            Special(text[at]);
            at++;
        }
    }

    // Blank lines, of which a packed file may have millions: the parser does not see many at once. Returns where to go on.
    private int Blank(int at)
    {
        ReadOnlySpan<char> text = _chars.AsSpan(at, _charCount - at);
        int count = text.IndexOfAnyExcept('\n');
        count = count < 0 ? text.Length : count;
        (_character, _column, _cellLength, _state) = (1, 1, 0, State.CellStart);
        if (DropsBlankLines && count >= ManyLines)
        {
            text[count..].CopyTo(_chars.AsSpan(at));
            _charCount -= count;
            _line += count;
            _offset += (long)count * _unit;
            return at;
        }
        for (int i = 0; i < count; i++)
        {
            Rows.Enqueue(new RowStart(_line++, _offset));
            _offset += _unit;
        }
        return at + count;
    }

    private void Ordinary(ReadOnlySpan<char> run)
    {
        BeginRow();
        if (_state is State.CellStart or State.AfterQuote && run.ContainsAnyExcept(' '))
        {
            if (_state == State.AfterQuote)
            {
                throw Bad("text follows the closing quote of a cell. Double the quotes within a quoted cell (\"\"); or, if quotes are "
                    + "text, --set data.quotes=false.");
            }
            _state = State.Plain;
        }
        _cellLength += run.Length;
        if (_cellLength > TableLimit.CellCharacters)
        {
            throw _state == State.Quoted
                ? InvalidInputException.At(_file, Place(_quote.Line, _quote.Column, _quote.Character), _quote.Offset,
                    $"the quoted cell has more than {TableLimit.CellCharacters:N0} characters. Is its quote closed? Close it, or "
                        + "shorten the cell.")
                : Bad($"the cell has more than {TableLimit.CellCharacters:N0} characters. Is the separator right? Shorten the cell, "
                    + "or set the separator: --set data.separator=…");
        }
        Move(run);
    }

    private void Special(char letter)
    {
        BeginRow(letter);
        if (letter == '\0')
            throw Bad("there is a NUL byte, which text does not have. The file is damaged or not text: write it again.");
        if (letter == '"')
        {
            if (_state == State.Plain)
            {
                throw Bad("there is a quote within a cell that does not begin with one. Quote the cell and double the quote; or, if "
                    + "quotes are text, --set data.quotes=false.");
            }
            if (_state == State.CellStart)
                _quote = (_line, _column, _character, _offset);
            _state = _state == State.Quoted ? State.AfterQuote : State.Quoted;
            MoveOne();
            return;
        }
        bool isPart = _state == State.Quoted;
        if (isPart)
            _cellLength++;
        else
        {
            _state = State.CellStart;
            _cellLength = 0;
        }
        MoveOne();
        if (letter == _separator && !isPart && ++_column > TableLimit.Columns)
        {
            throw Bad($"the row has more than {TableLimit.Columns:N0} cells; at most {TableLimit.Columns:N0} columns can be used. "
                + "Is the separator right? If so, save a table with only the columns that matter.");
        }
        if (letter is not ('\n' or '\r'))
            return;
        // A carriage return and a line feed together end one line.
        if (letter == '\r' || !_afterReturn)
            _line++;
        _afterReturn = letter == '\r';
        _character = 1;
        if (isPart)
            return;
        _column = 1;
        _rowStart = true;
    }

    private void BeginRow(char letter = ' ')
    {
        if (_afterReturn && letter == '\n')
            return; // the second half of a line end
        if (letter is not '\n')
            _afterReturn = false;
        if (!_rowStart)
            return;
        _rowStart = false;
        Rows.Enqueue(new RowStart(_line, _offset));
    }

    private void Move(ReadOnlySpan<char> text)
    {
        _offset += _encoding.GetByteCount(text);
        _character += text.Length;
    }

    // For separators, quotes and line ends, which are ASCII.
    private void MoveOne()
    {
        _offset += _unit;
        _character++;
    }

    private string Place() => Place(_line, _column, _character);

    private static string Place(int line, int column, long character) =>
        $"line {line}, column {column} (character {character} of the line)";

    private InvalidInputException Bad(string problem) => InvalidInputException.At(_file, Place(), _offset, problem);
}
