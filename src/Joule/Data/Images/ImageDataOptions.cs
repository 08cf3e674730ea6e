namespace Joule.Data;

/// <summary>Images: how they are read, and how an image becomes a state.</summary>
[Named("images", "images: a dataset, a folder of pictures, or an array")]
public sealed record ImageDataOptions : DataOptions
{
    /// <summary>The values of black and white in arrays, for example <c>0..65535</c>; null: by the array's type (<see cref="ReadingRequest"/>).</summary>
    public string? Range { get; init; }

    /// <summary>The meaning of an array's dimensions, for example <c>nhwc</c>; null: by its shape (<see cref="ImageLayout"/>).</summary>
    public string? Layout { get; init; }

    /// <summary>Black pixels added on every side, 0 to 64.</summary>
    public int Pad { get; init; }

    /// <summary>What black becomes.</summary>
    public float Low { get; init; }

    /// <summary>What white becomes, above <see cref="Low"/>.</summary>
    public float High { get; init; } = 1;

    /// <summary>How an image becomes a state.</summary>
    public ImageTransform ToTransform() => new() { Pad = Pad, Low = Low, High = High };

    /// <inheritdoc/>
    public override void Validate(IList<string> problems)
    {
        base.Validate(problems);
        ToTransform().Validate(problems);
        if (Range is not null && !ValueRange.TryParse(Range, out _))
            problems.Add($"data.range is \"{MessageText.Of(Range)}\"; it must be {ValueRange.Forms}, or null");
        if (Layout is not null && ImageLayouts.Find(Layout) is null)
            problems.Add($"data.layout is \"{MessageText.Of(Layout)}\"; it must be one of {ImageLayouts.Names}, or null");
    }
}
