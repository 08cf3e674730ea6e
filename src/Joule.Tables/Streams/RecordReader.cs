using System.Buffers;
using System.Text;
using Joule.Data;

namespace Joule.Tables;

/// <summary>The outcome of <see cref="RecordReader.Next"/>.</summary>
internal enum RecordStep
{
    /// <summary>A record was read.</summary>
    Record,

    /// <summary>The next record is not complete yet, and the caller does not want to wait for the rest.</summary>
    Wait,

    /// <summary>The text is over.</summary>
    End,
}

/// <summary>
/// Splits delimited text (RFC 4180) into records while it arrives. Unlike <see cref="CheckedText"/>, it goes on after a record that is
/// broken: that record has a problem, and the next one begins on the next line.
/// </summary>
internal sealed class RecordReader
{
    /// <summary>The most characters of a record.</summary>
    public const int MostCharacters = 1 << 24;

    // Stands for bytes that are not valid in the encoding. Text never has this character.
    private const char Invalid = '\uffff';
    private const int BlockBytes = 1 << 16;

    private readonly ByteFeed _source;
    private readonly char _separator;
    private readonly SearchValues<char> _special;
    private readonly Encoding _encoding;
    private readonly Decoder _decoder;
    private readonly byte[] _bytes = new byte[BlockBytes];
    private char[] _text;
    private char[] _unescaped = [];
    private int _start; // of the record
    private int _at;
    private int _end;
    private bool _isOver;
    private bool _hasInvalid;
    private bool _afterReturn;
    private bool _isBegun;

    // The record so far; positions count from its start.
    private readonly List<Span> _cells = [];
    private State _state;
    private int _cellStart;
    private int _quoteEnd;
    private bool _escapes;
    private int _inner; // line ends within quotes
    private int _innerAtQuote;
    private long _line = 1;

    /// <summary>Starts at the first bytes, which tell the encoding.</summary>
    /// <param name="source">The bytes.</param>
    /// <param name="separator">The separator of cells.</param>
    /// <param name="quotes">Whether double quotes enclose cells.</param>
    public RecordReader(ByteFeed source, char separator, bool quotes)
    {
        (_source, _separator) = (source, separator);
        _special = SearchValues.Create(quotes ? [separator, '"', '\n', '\r', '\0'] : [separator, '\n', '\r', '\0']);
        (Encoding found, int mark) = TextEncoding.Of(source.Peek());
        _encoding = (Encoding)found.Clone();
        _encoding.DecoderFallback = new DecoderReplacementFallback(Invalid.ToString());
        _decoder = _encoding.GetDecoder();
        _text = new char[2 * _encoding.GetMaxCharCount(BlockBytes)];
        source.Read(_bytes.AsSpan(0, mark));
    }

    private enum State
    {
        CellStart,
        Plain,
        Quoted,
        AfterQuote,
    }

    /// <summary>The first line of the record, from 1.</summary>
    public long Line { get; private set; }

    /// <summary>Number of its cells.</summary>
    public int Count => _cells.Count;

    /// <summary>What is wrong with the record, and in which cell, from 0; null if nothing is.</summary>
    public (int Cell, string Text)? Problem { get; private set; }

    /// <summary>A cell without its quotes, and without spaces around it; valid until the next call.</summary>
    public ReadOnlySpan<char> Cell(int index)
    {
        Span cell = _cells[index];
        ReadOnlySpan<char> text = _text.AsSpan(_start + cell.Start, cell.Length);
        if (!cell.IsQuoted)
            return text.Trim(' ');
        return cell.Escapes ? Unescaped(text) : text;
    }

    /// <summary>Reads the next record.</summary>
    /// <param name="mayWait">Whether to wait for bytes that have not arrived.</param>
    /// <exception cref="InvalidInputException">A record is endless.</exception>
    public RecordStep Next(bool mayWait)
    {
        if (!_isBegun)
            Begin();
        while (true)
        {
            if (_afterReturn && _at < _end)
            {
                // A carriage return and a line feed together end one line.
                if (_text[_at] == '\n' && _state != State.Quoted)
                    _start = ++_at;
                _afterReturn = false;
            }
            ReadOnlySpan<char> left = _text.AsSpan(_at, _end - _at);
            int run = left.IndexOfAny(_special);
            if (run != 0 && left.Length > 0)
            {
                run = run < 0 ? left.Length : run;
                Ordinary(left[..run]);
                _at += run;
                continue;
            }
            if (run == 0)
            {
                if (Special(_text[_at]))
                    return RecordStep.Record;
                continue;
            }
            if (_isOver)
                return Finish();
            if (!mayWait)
                return RecordStep.Wait;
            Refill();
        }
    }

    private void Begin()
    {
        _start = _at;
        _isBegun = true;
        _state = State.CellStart;
        _cells.Clear();
        (_cellStart, _inner, _escapes) = (0, 0, false);
        Problem = null;
    }

    private void Ordinary(ReadOnlySpan<char> run)
    {
        if (_state == State.AfterQuote && run.ContainsAnyExcept(' '))
            Bad("text follows the closing quote of a cell. Double the quotes within a quoted cell (\"\")");
        if (_state == State.CellStart)
            _state = State.Plain;
    }

    // Whether the character ends the record.
    private bool Special(char letter)
    {
        int place = _at - _start;
        if (letter == '\0')
        {
            Bad("there is a NUL byte, which text does not have");
            _at++;
        }
        else if (letter == '"')
            Quote(place);
        else if (_state == State.Quoted)
        {
            if (letter == '\r' || (letter == '\n' && !(_at > _start && _text[_at - 1] == '\r')))
                _inner++;
            _at++;
            // A record has a limit, but an unclosed quote must not swallow as much as that.
            if (place - _cellStart > TableLimit.CellCharacters)
                return Unclosed();
        }
        else
        {
            EndCell(place);
            _at++;
            if (letter != _separator)
                return End(letter, _inner);
            _cellStart = _at - _start;
        }
        return false;
    }

    private void Quote(int place)
    {
        _at++;
        switch (_state)
        {
            case State.CellStart:
                (_state, _cellStart, _innerAtQuote) = (State.Quoted, place + 1, _inner);
                break;
            case State.Quoted:
                (_state, _quoteEnd) = (State.AfterQuote, place);
                break;
            case State.AfterQuote when place == _quoteEnd + 1:
                (_state, _escapes) = (State.Quoted, true);
                break;
            default:
                Bad("there is a quote within a cell that does not begin with one. Quote the cell and double the quote");
                break;
        }
    }

    private void EndCell(int place)
    {
        bool isQuoted = _state == State.AfterQuote;
        int length = (isQuoted ? _quoteEnd : place) - _cellStart;
        if (length > TableLimit.CellCharacters)
            Bad($"the cell has more than {TableLimit.CellCharacters:N0} characters");
        if (_cells.Count == TableLimit.Columns)
            Bad($"the row has more than {TableLimit.Columns:N0} cells");
        else
            _cells.Add(new Span(_cellStart, length, isQuoted, _escapes));
        (_state, _escapes) = (State.CellStart, false);
    }

    private bool End(char letter, int inner)
    {
        Line = _line;
        _line += inner + 1;
        _afterReturn = letter == '\r';
        _isBegun = false;
        int place = _hasInvalid ? _text.AsSpan(_start, _at - _start).IndexOf(Invalid) : -1;
        if (place >= 0)
        {
            Problem ??= (_cells.FindIndex(cell => cell.Start + cell.Length > place),
                $"the bytes are not valid {_encoding.WebName.ToUpperInvariant()}. Save the text as UTF-8");
        }
        return true;
    }

    private RecordStep Finish()
    {
        if (_at == _start && _cells.Count == 0)
            return RecordStep.End;
        if (_state == State.Quoted)
        {
            Unclosed();
            return RecordStep.Record;
        }
        EndCell(_at - _start);
        End('\n', _inner);
        return RecordStep.Record;
    }

    // The record ends with the line in which the quote opened.
    private bool Unclosed()
    {
        Problem ??= (_cells.Count, "the quote that opens this cell is never closed. Close it");
        int end = _text.AsSpan(_start + _cellStart, _end - _start - _cellStart).IndexOfAny('\n', '\r');
        char letter = end < 0 ? '\n' : _text[_start + _cellStart + end];
        _at = end < 0 ? _end : _start + _cellStart + end + 1;
        _cells.Add(new Span(_cellStart, 0, true, false));
        return End(letter, _innerAtQuote);
    }

    private void Bad(string text)
    {
        Problem ??= (_cells.Count, text);
        if (_state == State.AfterQuote)
            _state = State.Plain;
    }

    private void Refill()
    {
        if (_start > 0)
        {
            _text.AsSpan(_start, _end - _start).CopyTo(_text);
            (_at, _end, _start) = (_at - _start, _end - _start, 0);
        }
        if (_text.Length - _end < _encoding.GetMaxCharCount(BlockBytes))
        {
            if (_end > MostCharacters)
            {
                throw new InvalidInputException($"{MessageText.Printable(_source.Name)}, line {_line}: the row has more than "
                    + $"{MostCharacters:N0} characters. Shorten it.");
            }
            Array.Resize(ref _text, 2 * _text.Length);
        }
        int count = _source.Read(_bytes);
        _isOver = count == 0;
        int read = _decoder.GetChars(_bytes.AsSpan(0, count), _text.AsSpan(_end), flush: _isOver);
        _hasInvalid |= _text.AsSpan(_end, read).Contains(Invalid);
        _end += read;
    }

    private ReadOnlySpan<char> Unescaped(ReadOnlySpan<char> text)
    {
        if (_unescaped.Length < text.Length)
            _unescaped = new char[text.Length];
        int length = 0;
        for (int i = 0; i < text.Length; i++)
        {
            _unescaped[length++] = text[i];
            i += text[i] == '"' ? 1 : 0;
        }
        return _unescaped.AsSpan(0, length);
    }

    private readonly record struct Span(int Start, int Length, bool IsQuoted, bool Escapes);
}
