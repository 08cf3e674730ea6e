namespace Joule.Data;

/// <summary>The size of the images that a model takes.</summary>
/// <param name="Channels">Channels of a state.</param>
/// <param name="Height">Rows of a state, padding included.</param>
/// <param name="Width">Columns of a state, padding included.</param>
/// <param name="Pad">Pixels that the model adds on every side; states that have them already are taken too.</param>
public sealed record ModelImages(int Channels, int Height, int Width, int Pad)
{
    /// <summary>Whether an image has this size, with or without the padding.</summary>
    internal bool Fits(int height, int width) =>
        (height == Height && width == Width) || (height == Height - (2 * Pad) && width == Width - (2 * Pad));

    /// <summary>The sizes that are taken, for messages.</summary>
    internal string Sizes =>
        Pad == 0 ? $"{Height}×{Width}" : $"{Height - (2 * Pad)}×{Width - (2 * Pad)} (or {Height}×{Width} with padding)";
}

/// <summary>
/// How the numbers of an array are to be read. What is not said here follows from the array's type and shape, never from its values.
/// Pictures (PNG) and datasets known by name say themselves how they are read.
/// </summary>
public sealed record ReadingRequest
{
    /// <summary>Nothing is asked for: by the rules alone.</summary>
    public static ReadingRequest Default { get; } = new();

    /// <summary>The values of black and white, asked for; null: by the array's type.</summary>
    public ValueRange? Range { get; init; }

    /// <summary>The meaning of the dimensions, asked for; null: by the shape.</summary>
    public ImageLayout? Layout { get; init; }

    /// <summary>
    /// The range that the model's own images were read in, where it was asked for. Used where <see cref="Range"/> is null, for arrays of
    /// the same kind that can hold both its ends.
    /// </summary>
    public ValueRange? ModelRange { get; init; }

    /// <summary>Whether <see cref="ModelRange"/> was used for floats (true) or integers (false); null where it is not known.</summary>
    public bool? ModelRangeOfFloats { get; init; }

    /// <summary>
    /// The layout that the model's own images were read in, where it was asked for. Decides between readings that fit the model.
    /// </summary>
    public ImageLayout? ModelLayout { get; init; }

    /// <summary>The domain of the model's states: float arrays are read in it.</summary>
    public ValueRange Domain { get; init; } = ValueRange.Unit;

    /// <summary>The size of the model's images; null while there is no model.</summary>
    public ModelImages? Model { get; init; }

    /// <summary>Whether the reading is settled, as for a run that goes on: errors then give no options.</summary>
    internal bool IsSettled { get; init; }

    /// <summary>
    /// Whether the source says that its arrays are sets, as an archive with training and test images does: one of three dimensions is then
    /// no single picture.
    /// </summary>
    internal bool AreSets { get; init; }

    /// <summary>The range of an array, by its type.</summary>
    internal ValueRange RangeOf(ElementType type)
    {
        if (Range is { } asked)
            return asked;
        bool isFloat = type.Kind == ElementKind.Float;
        if (ModelRange is { } model && (ModelRangeOfFloats ?? isFloat) == isFloat && type.Smallest <= model.Low
            && model.High <= type.Largest)
            return model;
        return type.Kind switch
        {
            ElementKind.Float => Domain,
            ElementKind.Bool => ValueRange.Unit,
            _ => ValueRange.Bytes,
        };
    }
}
