namespace Joule.Data;

/// <summary>An array in C order: bytes (uint8), or float32 for all other types.</summary>
public sealed class NpyArray
{
    /// <summary>Wraps float32 values; the array is kept, not copied.</summary>
    /// <param name="shape">The length of each dimension, in C order.</param>
    /// <param name="values">As many values as the shape holds.</param>
    /// <exception cref="InvalidInputException">The shape does not fit the number of values.</exception>
    public NpyArray(IReadOnlyList<int> shape, float[] values)
    {
        ArgumentNullException.ThrowIfNull(values);
        Shape = Checked(shape, values.Length);
        Floats = values;
        Type = ElementType.Float32;
    }

    /// <summary>Wraps bytes; the array is kept, not copied.</summary>
    /// <param name="shape">The length of each dimension, in C order.</param>
    /// <param name="values">As many values as the shape holds.</param>
    /// <exception cref="InvalidInputException">The shape does not fit the number of values.</exception>
    public NpyArray(IReadOnlyList<int> shape, byte[] values)
    {
        ArgumentNullException.ThrowIfNull(values);
        Shape = Checked(shape, values.Length);
        Bytes = values;
        Type = ElementType.UInt8;
    }

    /// <summary>The length of each dimension; empty for a single value.</summary>
    public IReadOnlyList<int> Shape { get; }

    /// <summary>The values in C order, rounded to float32 from other types; null for uint8.</summary>
    public float[]? Floats { get; }

    /// <summary>The values in C order for uint8, or else null.</summary>
    public byte[]? Bytes { get; }

    /// <summary>The original type of the values.</summary>
    internal ElementType Type { get; init; }

    /// <summary>The array as images, read by its type and shape (<see cref="ReadingRequest"/>). The array is not changed.</summary>
    /// <param name="name">The name of the set.</param>
    /// <param name="request">How to read it; null: by type and shape alone.</param>
    /// <exception cref="InvalidInputException">
    /// The shape is not one of images or is ambiguous, or a value lies outside its range.
    /// </exception>
    public ImageSet ToImages(string name, ReadingRequest? request = null) => ArrayImages.Of(this, name, request ?? ReadingRequest.Default);

    /// <summary>Where the values start in their file, in bytes; 0 without a file.</summary>
    internal long FileOffset { get; init; }

    /// <summary>A shape as Python prints it.</summary>
    internal static string Describe(IReadOnlyList<int> shape) =>
        "(" + string.Join(", ", shape) + (shape.Count == 1 ? ",)" : ")");

    private static int[] Checked(IReadOnlyList<int> shape, int values)
    {
        ArgumentNullException.ThrowIfNull(shape);
        if (!ShapeSize.Is(shape, values))
            throw new InvalidInputException($"The shape {Describe(shape)} does not hold the {values} values given.");
        return [.. shape];
    }
}
