namespace Joule.Data;

/// <summary>A tensor in a safetensors file: float32 or bytes, in C order.</summary>
public sealed class NamedTensor
{
    /// <summary>A float32 tensor; the array is kept, not copied.</summary>
    /// <param name="name">Its name; not empty, not <c>__metadata__</c>.</param>
    /// <param name="shape">The length of each dimension; empty for a single value.</param>
    /// <param name="values">As many values as the shape holds.</param>
    /// <exception cref="InvalidInputException">The name cannot be used, or the shape does not fit the number of values.</exception>
    public NamedTensor(string name, IReadOnlyList<int> shape, float[] values)
    {
        ArgumentNullException.ThrowIfNull(values);
        (Name, Shape, Floats) = (name, Checked(name, shape, values.Length), values);
    }

    /// <summary>A tensor of bytes; the array is kept, not copied.</summary>
    /// <param name="name">Its name; not empty, not <c>__metadata__</c>.</param>
    /// <param name="shape">The length of each dimension; empty for a single value.</param>
    /// <param name="values">As many values as the shape holds.</param>
    /// <exception cref="InvalidInputException">The name cannot be used, or the shape does not fit the number of values.</exception>
    public NamedTensor(string name, IReadOnlyList<int> shape, byte[] values)
    {
        ArgumentNullException.ThrowIfNull(values);
        (Name, Shape, Bytes) = (name, Checked(name, shape, values.Length), values);
    }

    /// <summary>The tensor's name.</summary>
    public string Name { get; }

    /// <summary>The length of each dimension.</summary>
    public IReadOnlyList<int> Shape { get; }

    /// <summary>The values of a float32 tensor (F32), or else null.</summary>
    public float[]? Floats { get; }

    /// <summary>The values of a uint8 tensor (U8), or else null.</summary>
    public byte[]? Bytes { get; }

    /// <summary>Where the values start in their file, in bytes, for errors.</summary>
    internal long FileOffset { get; init; }

    /// <summary>The size of the values in a file, in bytes.</summary>
    internal long ByteLength => Floats is not null ? 4L * Floats.Length : Bytes!.Length;

    private static int[] Checked(string name, IReadOnlyList<int> shape, int values)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(shape);
        if (name is "" or SafeTensors.MetadataKey)
            throw new InvalidInputException($"A tensor cannot be named \"{name}\". Give it another name.");
        if (!ShapeSize.Is(shape, values))
            throw new InvalidInputException(
                $"Tensor {MessageText.Of(name)}: the shape {NpyArray.Describe(shape)} does not hold the {values} values given.");
        return [.. shape];
    }
}
