namespace Joule.Data;

/// <summary>An array as NumPy keeps it, in C order: either bytes (uint8) or float32.</summary>
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
    }

    /// <summary>The length of each dimension; empty for a single value.</summary>
    public IReadOnlyList<int> Shape { get; }

    /// <summary>The values in C order where the array is float32 (or was float64), else null.</summary>
    public float[]? Floats { get; }

    /// <summary>The values in C order where the array is uint8, else null.</summary>
    public byte[]? Bytes { get; }

    /// <summary>The array as images: [n, h, w], [n, c, h, w], or [n, d] (square where d is a square number, else one row of d pixels).
    /// Bytes are 0..255. Floats are brightness where all lie in [0, 1]; where some are negative and all lie in [−1, 1], they are mapped
    /// from there to [0, 1].</summary>
    /// <param name="name">What the images are called.</param>
    /// <exception cref="InvalidInputException">The shape is none of these, or a value lies outside.</exception>
    public ImageSet ToImages(string name) => ToImages(name, inPlace: false);

    /// <summary>As <see cref="ToImages(string)"/>; where the array is not needed afterwards, floats around zero are mapped in place.</summary>
    internal ImageSet ToImages(string name, bool inPlace)
    {
        try
        {
            return Images(name, inPlace);
        }
        catch (InvalidInputException error) when (FileOffset > 0)
        {
            throw InvalidInputException.At(name, FileOffset, error.Message.StartsWith(name + ": ", StringComparison.Ordinal) ? error.Message[(name.Length + 2)..] : error.Message, error);
        }
    }

    /// <summary>Where the values start in the file that they were read from, in bytes; 0 where they come from no file.</summary>
    internal long FileOffset { get; init; }

    /// <summary>A shape as Python prints it.</summary>
    internal static string Describe(IReadOnlyList<int> shape) =>
        "(" + string.Join(", ", shape) + (shape.Count == 1 ? ",)" : ")");

    private ImageSet Images(string name, bool inPlace)
    {
        var (channels, height, width) = Shape.Count switch
        {
            4 => (Shape[1], Shape[2], Shape[3]),
            3 => (1, Shape[1], Shape[2]),
            2 when IsSquare(Shape[1], out var side) => (1, side, side),
            2 => (1, 1, Shape[1]),
            _ => throw new InvalidInputException(
                $"{name}: an array of shape {Describe(Shape)} is no set of images. Expected (n, h, w), (n, c, h, w) or (n, pixels); use array.reshape."),
        };
        if (Shape.Contains(0)) throw new InvalidInputException($"{name}: the array of shape {Describe(Shape)} is empty. At least one image is needed.");
        return Bytes is not null
            ? ImageSet.FromBytes(name, channels, height, width, Bytes)
            : ImageSet.FromFloats(name, channels, height, width, Brightness(name, channels, height, width, inPlace));
    }

    private float[] Brightness(string name, int channels, int height, int width, bool inPlace)
    {
        var values = Floats!;
        var negative = values.AsSpan().IndexOfAnyInRange(-1f, -float.Epsilon) >= 0;
        var low = negative ? -1f : 0f;
        var outside = values.AsSpan().IndexOfAnyExceptInRange(low, 1f);
        if (outside >= 0)
        {
            throw new InvalidInputException(
                $"{name}: the value {values[outside]} at {ImageSet.Place(outside, channels, height, width)} lies outside [{low}, 1]. "
                + "Images are uint8 in 0..255, or floats in [0, 1] or [-1, 1]: scale the array first, for example (array / 255).astype('float32').");
        }
        if (!negative) return values;
        var mapped = inPlace ? values : new float[values.Length];
        for (var i = 0; i < values.Length; i++) mapped[i] = (values[i] + 1f) * 0.5f;
        return mapped;
    }

    private static bool IsSquare(int number, out int side)
    {
        side = (int)Math.Round(Math.Sqrt(number));
        return side > 0 && (long)side * side == number;
    }

    private static int[] Checked(IReadOnlyList<int> shape, int values)
    {
        ArgumentNullException.ThrowIfNull(shape);
        if (!ShapeSize.Is(shape, values)) throw new InvalidInputException($"The shape {Describe(shape)} does not hold the {values} values given.");
        return [.. shape];
    }
}
