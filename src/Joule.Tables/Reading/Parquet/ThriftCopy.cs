using System.Buffers;

namespace Joule.Tables;

/// <summary>
/// Checks a structure in Thrift's compact protocol and copies its known fields. The Parquet library does not bound-check such structures:
/// a damaged file could make it exhaust memory or never end. The copy contains only known fields and is complete.
/// </summary>
/// <param name="source">The bytes.</param>
/// <param name="file">The file's name in messages.</param>
/// <param name="origin">The offset of the bytes in the file.</param>
internal sealed class ThriftCopy(ReadOnlyMemory<byte> source, string file, long origin)
{
    private const int MostDepth = 16;
    private const int MostStructures = 100_000;

    private readonly ArrayBufferWriter<byte> _copy = new();
    private int _at;
    private int _structures;

    /// <summary>The number of bytes read so far.</summary>
    public int Length => _at;

    /// <summary>The copy.</summary>
    public byte[] Copied => _copy.WrittenSpan.ToArray();

    /// <summary>
    /// The integers of the outermost structure by field, and of its nested structures by 100 · field + field. Booleans are 0 and 1.
    /// </summary>
    public Dictionary<int, long> Numbers { get; } = [];

    /// <summary>The number of children of each schema element, in order.</summary>
    public List<int> Children { get; } = [];

    /// <summary>Copies one structure.</summary>
    /// <exception cref="InvalidInputException">The bytes are not such a structure.</exception>
    public ThriftCopy Run(ThriftShape shape)
    {
        Structure(shape, 0, 0);
        return this;
    }

    private void Structure(ThriftShape shape, int depth, int path)
    {
        if (depth > MostDepth || ++_structures > MostStructures)
            throw Damaged($"it has more than {MostDepth} levels or {MostStructures:N0} parts");
        bool isElement = ReferenceEquals(shape, ThriftShape.Element);
        if (isElement)
            Children.Add(0);
        int last = 0, written = 0;
        while (Field(ref last, out ThriftType type))
        {
            bool isKnown = shape.TryGetValue(last, out ThriftField? field)
                && (field.Type == type || (field.Type == ThriftType.True && type == ThriftType.False));
            if (!isKnown)
            {
                Skip(type, depth + 1);
                continue;
            }
            WriteField(last, ref written, type);
            long? number = Value(type, field!, depth, path == 0 ? last : 0);
            if (number is not { } value || depth > 1)
                continue;
            if (isElement && last == ThriftShape.Children)
                Children[^1] = (int)value;
            Numbers[(100 * path) + last] = value;
        }
        Write(0);
    }

    // A field number is stored as the difference from the previous one, or in full.
    private bool Field(ref int last, out ThriftType type)
    {
        byte head = Byte();
        type = (ThriftType)(head & 15);
        if (head == 0)
            return false;
        if (type is ThriftType.Stop or > ThriftType.Struct)
            throw Damaged($"there is no type {head & 15}");
        last = head >> 4 == 0 ? (short)Signed(Varint()) : last + (head >> 4);
        return true;
    }

    private void WriteField(int number, ref int written, ThriftType type)
    {
        // Known field numbers are small, but a hostile file may have them in any order.
        if (number > written && number - written < 16)
            Write((byte)(((number - written) << 4) | (int)type));
        else
        {
            Write((byte)type);
            WriteVarint((ulong)(number << 1));
        }
        written = number;
    }

    private long? Value(ThriftType type, ThriftField field, int depth, int path)
    {
        switch (type)
        {
            case ThriftType.True or ThriftType.False:
                return type == ThriftType.True ? 1 : 0;
            case ThriftType.Byte:
                Write(Byte());
                return null;
            case ThriftType.I16 or ThriftType.I32 or ThriftType.I64:
                long number = Signed(Varint());
                if (type != ThriftType.I64 && number != (int)number)
                    throw Damaged($"the number {number} does not fit 32 bits");
                WriteVarint((ulong)((number << 1) ^ (number >> 63)));
                return number;
            case ThriftType.Binary:
                ReadOnlySpan<byte> bytes = Bytes(Varint());
                WriteVarint((ulong)bytes.Length);
                _copy.Write(bytes);
                return null;
            case ThriftType.Struct:
                Structure(field.Shape!, depth + 1, path);
                return null;
            default:
                List(field, depth);
                return null;
        }
    }

    private void List(ThriftField field, int depth)
    {
        (ThriftType element, int count) = ListHead();
        if (element != field.Element && count > 0)
            throw Damaged("a list has the wrong element type");
        Write((byte)(0xF0 | (int)field.Element));
        WriteVarint((ulong)count);
        ThriftField of = new(field.Element, field.Shape);
        for (int i = 0; i < count; i++)
            Value(field.Element, of, depth, 0);
    }

    private (ThriftType Element, int Count) ListHead()
    {
        byte head = Byte();
        ulong count = head >> 4 == 15 ? Varint() : (ulong)(head >> 4);
        if (count > (ulong)(source.Length - _at))
            throw Damaged($"a list of {count} elements does not fit into the {source.Length - _at} bytes that follow");
        return ((ThriftType)(head & 15), (int)count);
    }

    private void Skip(ThriftType type, int depth)
    {
        if (depth > MostDepth || ++_structures > MostStructures * 10)
            throw Damaged("it has too many levels or parts");
        switch (type)
        {
            case ThriftType.True or ThriftType.False:
                break;
            case ThriftType.Byte:
                Byte();
                break;
            case ThriftType.I16 or ThriftType.I32 or ThriftType.I64:
                Varint();
                break;
            case ThriftType.Double:
                Bytes(8);
                break;
            case ThriftType.Binary:
                Bytes(Varint());
                break;
            case ThriftType.Struct:
                int last = 0;
                while (Field(ref last, out ThriftType inner))
                    Skip(inner, depth + 1);
                break;
            case ThriftType.List or ThriftType.Set:
                (ThriftType element, int count) = ListHead();
                for (int i = 0; i < count; i++)
                    SkipElement(element, depth + 1);
                break;
            default:
                SkipMap(depth);
                break;
        }
    }

    private void SkipMap(int depth)
    {
        ulong count = Varint();
        if (count == 0)
            return;
        byte types = Byte();
        for (ulong i = 0; i < count; i++)
        {
            SkipElement((ThriftType)(types >> 4), depth + 1);
            SkipElement((ThriftType)(types & 15), depth + 1);
        }
    }

    // As a list element, a Boolean takes a byte. Every element takes at least one byte, so no count can exceed the bytes left.
    private void SkipElement(ThriftType type, int depth)
    {
        if (type is ThriftType.True or ThriftType.False)
            Byte();
        else if (type is ThriftType.Stop or > ThriftType.Struct)
            throw Damaged($"there is no type {(int)type}");
        else
            Skip(type, depth);
    }

    private byte Byte() => _at < source.Length ? source.Span[_at++] : throw Damaged("it ends too soon");

    private ReadOnlySpan<byte> Bytes(ulong count)
    {
        if (count > (ulong)(source.Length - _at))
            throw Damaged("it ends too soon");
        _at += (int)count;
        return source.Span.Slice(_at - (int)count, (int)count);
    }

    private ulong Varint()
    {
        ulong value = 0;
        for (int shift = 0; shift < 64; shift += 7)
        {
            byte part = Byte();
            value |= (ulong)(part & 127) << shift;
            if (part < 128)
                return value;
        }
        throw Damaged("a number has more than 64 bits");
    }

    private void Write(byte value) => _copy.Write([value]);

    private void WriteVarint(ulong value)
    {
        for (; value > 127; value >>= 7)
            Write((byte)(value | 128));
        Write((byte)value);
    }

    private static long Signed(ulong value) => (long)(value >> 1) ^ -(long)(value & 1);

    private InvalidInputException Damaged(string why) =>
        InvalidInputException.At(file, origin + _at,
            $"the Parquet file's metadata cannot be read: {why}. The file is damaged: write or fetch it again.");
}
