using System.Buffers.Binary;

namespace Joule.Data;

/// <summary>The kind of number in an array.</summary>
internal enum ElementKind
{
    /// <summary>0 or 1.</summary>
    Bool,

    /// <summary>Signed integers.</summary>
    Signed,

    /// <summary>Unsigned integers.</summary>
    Unsigned,

    /// <summary>Floating point.</summary>
    Float,
}

/// <summary>The type of an array's elements.</summary>
/// <param name="Name">NumPy's name, for example <c>uint8</c>.</param>
/// <param name="Kind">The kind of number.</param>
/// <param name="Size">Bytes per number.</param>
/// <param name="BigEndian">Whether the most significant byte comes first.</param>
internal sealed record ElementType(string Name, ElementKind Kind, int Size, bool BigEndian)
{
    /// <summary>Bytes.</summary>
    public static ElementType UInt8 { get; } = new("uint8", ElementKind.Unsigned, 1, false);

    /// <summary>32-bit floats.</summary>
    public static ElementType Float32 { get; } = new("float32", ElementKind.Float, 4, false);

    /// <summary>Whether values are whole numbers.</summary>
    public bool IsWhole => Kind != ElementKind.Float;

    /// <summary>The largest value that the type can hold.</summary>
    public double Largest => Kind switch
    {
        ElementKind.Float => Size == 2 ? (double)Half.MaxValue : double.PositiveInfinity,
        ElementKind.Bool => 1,
        ElementKind.Signed => Math.Pow(2, (8 * Size) - 1) - 1,
        _ => Math.Pow(2, 8 * Size) - 1,
    };

    /// <summary>The smallest value that the type can hold.</summary>
    public double Smallest => Kind switch
    {
        ElementKind.Float => -Largest,
        ElementKind.Signed => -Largest - 1,
        _ => 0,
    };

    /// <summary>The type with a NumPy description, for example <c>&lt;f4</c>; null if it cannot hold pixels.</summary>
    public static ElementType? OfNumpy(string descr)
    {
        char order = descr.Length > 0 && descr[0] is '<' or '>' or '|' ? descr[0] : '|';
        return descr.TrimStart('<', '>', '|') is { Length: 2 } text && descr.Length - text.Length <= 1 && (order != '|' || text[1] == '1')
            ? Of(text[0], text[1] - '0', order == '>')
            : null;
    }

    /// <summary>
    /// NumPy's name of a type, for messages: <c>uint8</c> for <c>|u1</c>; the description itself if it cannot hold pixels.
    /// </summary>
    public static string NameOf(string descr) => OfNumpy(descr)?.Name ?? MessageText.Of(descr);

    /// <summary>The type with an IDX code, or null.</summary>
    public static ElementType? OfIdx(byte code) => code switch
    {
        0x08 => UInt8,
        0x09 => Of('i', 1, true),
        0x0B => Of('i', 2, true),
        0x0C => Of('i', 4, true),
        0x0D => Of('f', 4, true),
        0x0E => Of('f', 8, true),
        _ => null,
    };

    /// <summary>Converts bytes of an array to numbers.</summary>
    public void Decode(ReadOnlySpan<byte> block, Span<double> values)
    {
        for (int i = 0; i < values.Length; i++)
            values[i] = Decode(block.Slice(i * Size, Size));
    }

    private static ElementType? Of(char kind, int size, bool bigEndian) => (kind, size) switch
    {
        ('b', 1) => new ElementType("bool", ElementKind.Bool, 1, false),
        ('u', 1 or 2 or 4 or 8) => new ElementType($"uint{8 * size}", ElementKind.Unsigned, size, size > 1 && bigEndian),
        ('i', 1 or 2 or 4 or 8) => new ElementType($"int{8 * size}", ElementKind.Signed, size, size > 1 && bigEndian),
        ('f', 2 or 4 or 8) => new ElementType($"float{8 * size}", ElementKind.Float, size, bigEndian),
        _ => null,
    };

    private double Decode(ReadOnlySpan<byte> bytes) => (Kind, Size) switch
    {
        (ElementKind.Float, 2) =>
            (double)(BigEndian ? BinaryPrimitives.ReadHalfBigEndian(bytes) : BinaryPrimitives.ReadHalfLittleEndian(bytes)),
        (ElementKind.Float, 4) => BigEndian ? BinaryPrimitives.ReadSingleBigEndian(bytes) : BinaryPrimitives.ReadSingleLittleEndian(bytes),
        (ElementKind.Float, _) => BigEndian ? BinaryPrimitives.ReadDoubleBigEndian(bytes) : BinaryPrimitives.ReadDoubleLittleEndian(bytes),
        (ElementKind.Signed, 1) => (sbyte)bytes[0],
        (ElementKind.Signed, 2) => BigEndian ? BinaryPrimitives.ReadInt16BigEndian(bytes) : BinaryPrimitives.ReadInt16LittleEndian(bytes),
        (ElementKind.Signed, 4) => BigEndian ? BinaryPrimitives.ReadInt32BigEndian(bytes) : BinaryPrimitives.ReadInt32LittleEndian(bytes),
        (ElementKind.Signed, _) => BigEndian ? BinaryPrimitives.ReadInt64BigEndian(bytes) : BinaryPrimitives.ReadInt64LittleEndian(bytes),
        (_, 1) => bytes[0],
        (_, 2) => BigEndian ? BinaryPrimitives.ReadUInt16BigEndian(bytes) : BinaryPrimitives.ReadUInt16LittleEndian(bytes),
        (_, 4) => BigEndian ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : BinaryPrimitives.ReadUInt32LittleEndian(bytes),
        _ => BigEndian ? BinaryPrimitives.ReadUInt64BigEndian(bytes) : BinaryPrimitives.ReadUInt64LittleEndian(bytes),
    };
}
