namespace Joule.Data;

/// <summary>The size of the images that a model takes.</summary>
/// <param name="Channels">Channels of a state.</param>
/// <param name="Height">Rows of a state, padding included.</param>
/// <param name="Width">Columns of a state, padding included.</param>
/// <param name="Pad">Pixels that the model adds on every side; images that already have them are accepted too.</param>
public sealed record ModelImages(int Channels, int Height, int Width, int Pad)
{
    /// <summary>Whether an image has this size, with or without the padding.</summary>
    internal bool Fits(int height, int width) =>
        (height == Height && width == Width) || (height == Height - (2 * Pad) && width == Width - (2 * Pad));

    /// <summary>The accepted sizes, for messages.</summary>
    internal string Sizes =>
        Pad == 0 ? $"{Height}×{Width}" : $"{Height - (2 * Pad)}×{Width - (2 * Pad)} (or {Height}×{Width} with padding)";
}

/// <summary>
/// How to read the numbers of an array. What is not given here follows from the array's type and shape, never from its values. Pictures
/// (PNG) and named datasets define their own reading.
/// </summary>
public sealed record ReadingRequest
{
    /// <summary>No request: by type and shape alone.</summary>
    public static ReadingRequest Default { get; } = new();

    /// <summary>The requested values of black and white; null: by the array's type.</summary>
    public ValueRange? Range { get; init; }

    /// <summary>The requested meaning of the dimensions; null: by the shape.</summary>
    public ImageLayout? Layout { get; init; }

    /// <summary>
    /// The range requested for the model's own images. Used if <see cref="Range"/> is null, for arrays of the same kind that can hold both
    /// its ends.
    /// </summary>
    public ValueRange? ModelRange { get; init; }

    /// <summary>Whether <see cref="ModelRange"/> was used for floats (true) or integers (false); null if it is not known.</summary>
    public bool? ModelRangeOfFloats { get; init; }

    /// <summary>
    /// The layout requested for the model's own images. Decides between readings that fit the model.
    /// </summary>
    public ImageLayout? ModelLayout { get; init; }

    /// <summary>The domain of the model's states: float arrays are read in it.</summary>
    public ValueRange Domain { get; init; } = ValueRange.Unit;

    /// <summary>The size of the model's images; null without a model.</summary>
    public ModelImages? Model { get; init; }

    /// <summary>Whether the reading is fixed, as for a resumed run: errors then suggest no options.</summary>
    internal bool IsSettled { get; init; }

    /// <summary>
    /// Whether the source defines its arrays as sets, for example an archive with training and test images: an array of three dimensions is
    /// then not a single picture.
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
