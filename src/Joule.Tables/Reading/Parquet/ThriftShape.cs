namespace Joule.Tables;

/// <summary>The types of Thrift's compact protocol.</summary>
internal enum ThriftType
{
    Stop = 0,
    True = 1,
    False = 2,
    Byte = 3,
    I16 = 4,
    I32 = 5,
    I64 = 6,
    Double = 7,
    Binary = 8,
    List = 9,
    Set = 10,
    Map = 11,
    Struct = 12,
}

/// <summary>A field to copy.</summary>
/// <param name="Type">Its type; <see cref="ThriftType.True"/> for a Boolean.</param>
/// <param name="Shape">The shape of a structure, or of the structures in a list.</param>
/// <param name="Element">The element type of a list.</param>
internal sealed record ThriftField(ThriftType Type, ThriftShape? Shape = null, ThriftType Element = ThriftType.Stop);

/// <summary>The fields of a Parquet structure that a table needs, by number. All others are dropped.</summary>
internal sealed class ThriftShape : Dictionary<int, ThriftField>
{
    private static readonly ThriftField I32 = new(ThriftType.I32), I64 = new(ThriftType.I64), Text = new(ThriftType.Binary),
        Truth = new(ThriftType.True);
    private static readonly ThriftField Empty = Struct([]);

    /// <summary>The header of a page: its kind, sizes, checksum and values.</summary>
    public static ThriftShape Page { get; } = new()
    {
        [1] = I32,
        [2] = I32,
        [3] = I32,
        [4] = I32,
        [5] = Struct(new() { [1] = I32, [2] = I32, [3] = I32, [4] = I32 }),
        [7] = Struct(new() { [1] = I32, [2] = I32 }),
        [8] = Struct(new() { [1] = I32, [2] = I32, [3] = I32, [4] = I32, [5] = I32, [6] = I32, [7] = Truth }),
    };

    /// <summary>An element of the schema.</summary>
    public static ThriftShape Element { get; } = MakeElement();

    /// <summary>The footer of a file: its schema and its row groups with their columns.</summary>
    public static ThriftShape File { get; } = MakeFile();

    /// <summary>The field of <see cref="Element"/> with the number of its children.</summary>
    public const int Children = 5;

    private static ThriftField Struct(ThriftShape shape) => new(ThriftType.Struct, shape);

    private static ThriftField Structs(ThriftShape shape) => new(ThriftType.List, shape, ThriftType.Struct);

    private static ThriftField List(ThriftType element) => new(ThriftType.List, null, element);

    private static ThriftShape MakeElement()
    {
        ThriftField time = Struct(new() { [1] = Truth, [2] = Struct(new() { [1] = Empty, [2] = Empty, [3] = Empty }) });
        ThriftShape meaning = new()
        {
            [1] = Empty,
            [2] = Empty,
            [3] = Empty,
            [4] = Empty,
            [5] = Struct(new() { [1] = I32, [2] = I32 }),
            [6] = Empty,
            [7] = time,
            [8] = time,
            [10] = Struct(new() { [1] = new(ThriftType.Byte), [2] = Truth }),
            [11] = Empty,
            [12] = Empty,
            [13] = Empty,
            [14] = Empty,
            [15] = Empty,
        };
        return new()
        {
            [1] = I32,
            [2] = I32,
            [3] = I32,
            [4] = Text,
            [Children] = I32,
            [6] = I32,
            [7] = I32,
            [8] = I32,
            [10] = Struct(meaning)
        };
    }

    private static ThriftShape MakeFile()
    {
        ThriftShape column = new()
        {
            [1] = I32,
            [2] = List(ThriftType.I32),
            [3] = List(ThriftType.Binary),
            [4] = I32,
            [5] = I64,
            [6] = I64,
            [7] = I64,
            [9] = I64,
            [10] = I64,
            [11] = I64,
        };
        ThriftShape chunk = new() { [1] = Text, [2] = I64, [3] = Struct(column) };
        ThriftShape group = new() { [1] = Structs(chunk), [2] = I64, [3] = I64 };
        return new() { [1] = I32, [2] = Structs(Element), [3] = I64, [4] = Structs(group) };
    }
}
