using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace Joule.Data;

/// <summary>The header of an NPY file: element type, order and shape. Versions 1.0, 2.0 and 3.0.</summary>
/// <param name="Descr">The element type as NumPy writes it, for example <c>&lt;f4</c>.</param>
/// <param name="FortranOrder">Whether the first index varies fastest.</param>
/// <param name="Shape">The length of each dimension.</param>
internal sealed record NpyHeader(string Descr, bool FortranOrder, int[] Shape)
{
    private const int MaxLength = 1 << 16;
    private const int MaxDimensions = 32;

    private static ReadOnlySpan<byte> Magic => [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y'];

    /// <summary>The number of values; exact for any claim of the header.</summary>
    public UInt128 Count => ShapeSize.Of(Shape);

    /// <summary>Reads the header; the stream is then at the first value.</summary>
    /// <exception cref="InvalidInputException">It is not an NPY header.</exception>
    public static NpyHeader Read(Stream stream, string name)
    {
        Span<byte> start = stackalloc byte[12];
        int got = stream.ReadAtLeast(start[..10], 10, throwOnEndOfStream: false);
        if (got < 6 || !start[..6].SequenceEqual(Magic))
        {
            throw InvalidInputException.At(
                name, 0, "this is not an NPY file (it does not start with \\x93NUMPY). Write it with numpy.save.");
        }
        if (got < 10)
            throw CutShort(name, got);
        byte version = start[6];
        if (version is < 1 or > 3 || start[7] != 0)
            throw InvalidInputException.At(
                name, 6, $"NPY version {version}.{start[7]} is not known; 1.0, 2.0 and 3.0 are. Write it with numpy.save.");
        uint length = BinaryPrimitives.ReadUInt16LittleEndian(start[8..]);
        int textStart = 10;
        if (version > 1)
        {
            got += stream.ReadAtLeast(start[10..], 2, throwOnEndOfStream: false);
            textStart = 12;
            if (got < textStart)
                throw CutShort(name, got);
            length = BinaryPrimitives.ReadUInt32LittleEndian(start[8..]);
        }
        if (length > MaxLength)
            throw InvalidInputException.At(
                name, 8,
                $"the NPY header claims {length} bytes; at most {MaxLength} are read. The file is damaged, or its type is a structure.");
        byte[] text = new byte[length];
        got = stream.ReadAtLeast(text, text.Length, throwOnEndOfStream: false);
        if (got < text.Length)
            throw CutShort(name, textStart + got);
        // Latin-1 for every version, so that character and byte positions agree; non-ASCII names are refused by name anyway.
        return new Parser(Encoding.Latin1.GetString(text), name, textStart).Header();
    }

    /// <summary>A version 1.0 header, magic number and padding included; a multiple of 64 bytes long, as NumPy writes it.</summary>
    public byte[] ToBytes()
    {
        string text = $"{{'descr': '{Descr}', 'fortran_order': {(FortranOrder ? "True" : "False")}, 'shape': {NpyArray.Describe(Shape)}, "
            + $"}}";
        int total = (10 + text.Length + 1 + 63) / 64 * 64;
        byte[] bytes = new byte[total];
        Magic.CopyTo(bytes);
        bytes[6] = 1;
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(8), (ushort)(total - 10));
        bytes.AsSpan(10).Fill((byte)' ');
        Encoding.ASCII.GetBytes(text, bytes.AsSpan(10));
        bytes[^1] = (byte)'\n';
        return bytes;
    }

    private static InvalidInputException CutShort(string name, long offset) =>
        InvalidInputException.At(name, offset, "the file ends within the NPY header. It is cut short: write it again.");

    /// <summary>Reads the one Python dictionary that the format allows.</summary>
    private sealed class Parser(string text, string name, int start)
    {
        private int _at;

        public NpyHeader Header()
        {
            string? descr = null;
            bool? fortran = null;
            int[]? shape = null;
            Expect('{');
            while (Peek() != '}')
            {
                string key = Quoted();
                Expect(':');
                if (key == "descr" && descr is null)
                    descr = Type();
                else if (key == "fortran_order" && fortran is null)
                    fortran = Flag();
                else if (key == "shape" && shape is null)
                    shape = Tuple();
                else
                    throw Bad($"the key '{MessageText.Of(key)}' is not expected");
                if (Peek() == ',')
                    _at++;
                else if (Peek() != '}')
                    throw Bad("a comma is missing");
            }
            _at++;
            if (text.AsSpan(_at).ContainsAnyExcept(" \n\0"))
                throw Bad("text follows the dictionary");
            return descr is not null && fortran is not null && shape is not null
                ? new NpyHeader(descr, fortran.Value, shape)
                : throw Bad("one of descr, fortran_order and shape is missing");
        }

        private string Type()
        {
            if (Peek() != '[')
                return Quoted();
            throw InvalidInputException.At(
                name, start + _at,
                "the array's type is a structure (a list of fields). Save the field that holds the images: numpy.save(path, "
                    + "array['field']).");
        }

        private bool Flag()
        {
            foreach ((string word, bool value) in new[] { ("True", true), ("False", false) })
            {
                Peek();
                if (!text.AsSpan(_at).StartsWith(word, StringComparison.Ordinal))
                    continue;
                _at += word.Length;
                return value;
            }
            throw Bad("fortran_order is neither True nor False");
        }

        private int[] Tuple()
        {
            List<int> sides = [];
            Expect('(');
            while (Peek() != ')')
            {
                int from = _at;
                while (_at < text.Length && char.IsAsciiDigit(text[_at]))
                    _at++;
                if (!int.TryParse(text.AsSpan(from, _at - from), NumberStyles.None, CultureInfo.InvariantCulture, out int side))
                    throw Bad($"a dimension is not a number from 0 to {int.MaxValue}");
                sides.Add(side);
                if (sides.Count > MaxDimensions)
                    throw Bad($"there are more than {MaxDimensions} dimensions");
                if (Peek() == 'L')
                    _at++; // long integers as Python 2 wrote them
                if (Peek() == ',')
                    _at++;
                else if (Peek() != ')')
                    throw Bad("the shape is not a tuple");
            }
            _at++;
            return [.. sides];
        }

        private string Quoted()
        {
            char quote = Peek();
            if (quote is not ('\'' or '"'))
                throw Bad("a quoted word is missing");
            int end = text.IndexOf(quote, _at + 1);
            if (end < 0)
                throw Bad("a quote is not closed");
            string word = text[(_at + 1)..end];
            _at = end + 1;
            return word;
        }

        private void Expect(char letter)
        {
            if (Peek() != letter)
                throw Bad($"'{letter}' is missing");
            _at++;
        }

        private char Peek()
        {
            while (_at < text.Length && (text[_at] is ' ' or '\n'))
                _at++;
            return _at < text.Length ? text[_at] : '\0';
        }

        private InvalidInputException Bad(string why) =>
            InvalidInputException.At(
                name, start + _at, $"the NPY header cannot be read: {why}. The file is damaged: write it again with numpy.save.");
    }
}
