namespace Joule.Data;

/// <summary>An array in C order: bytes (uint8), or float32, which any other type of number becomes.</summary>
public sealed class NpyArray
{
    /// <summary>Wraps float32 values; the array is kept, not copied.</summary>
    /// <param name="shape">The length of each dimension, in C order.</param>
    /// <param name="values">As many values as the shape holds.</param>
    /// <exception cref="InvalidInputException">The shape holds another number of values.</exception>
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
    /// <exception cref="InvalidInputException">The shape holds another number of values.</exception>
    public NpyArray(IReadOnlyList<int> shape, byte[] values)
    {
        ArgumentNullException.ThrowIfNull(values);
        Shape = Checked(shape, values.Length);
        Bytes = values;
        Type = ElementType.UInt8;
    }

    /// <summary>The length of each dimension; empty for a single value.</summary>
    public IReadOnlyList<int> Shape { get; }

    /// <summary>The values in C order, rounded to float32 where they were of another type; null where the array is uint8.</summary>
    public float[]? Floats { get; }

    /// <summary>The values in C order where the array is uint8, else null.</summary>
    public byte[]? Bytes { get; }

    /// <summary>The type that the values came in.</summary>
    internal ElementType Type { get; init; }

    /// <summary>The array as images, read by its type and shape: see <see cref="ReadingRequest"/>. The array stays as it is.</summary>
    /// <param name="name">What the images are called.</param>
    /// <param name="request">How it is to be read; null: by the rules alone.</param>
    /// <exception cref="InvalidInputException">
    /// The shape is none of images or can be read in several ways, or a value lies outside its range.
    /// </exception>
    public ImageSet ToImages(string name, ReadingRequest? request = null) => ArrayImages.Of(this, name, request ?? ReadingRequest.Default);

    /// <summary>Where the values start in the file that they were read from, in bytes; 0 where they come from no file.</summary>
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
