using System.Globalization;
using System.Security.Cryptography;
using Joule.States;

namespace Joule.Data;

/// <summary>Images as states: every image is read as <see cref="ImageTransform.Read"/> reads it, into a box [low, high].</summary>
public sealed class ImageStateSet : StateSet
{
    private readonly Lazy<StateLabels?> _labels;

    /// <summary>Combines images and their transform.</summary>
    /// <param name="images">The images.</param>
    /// <param name="transform">Converts images to states.</param>
    /// <exception cref="InvalidInputException">The transform's walls are not an interval.</exception>
    public ImageStateSet(ImageSet images, ImageTransform transform)
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(transform);
        Images = images;
        Transform = transform;
        int pad = 2 * transform.Pad;
        Space = StateSpace.Box(new Shape(images.Channels, images.Height + pad, images.Width + pad), transform.Low, transform.High);
        _labels = new Lazy<StateLabels?>(() => LabelsOf(images));
    }

    /// <summary>The images.</summary>
    public ImageSet Images { get; }

    /// <summary>Converts images to states.</summary>
    public ImageTransform Transform { get; }

    /// <inheritdoc/>
    public override string Name => Images.Name;

    /// <inheritdoc/>
    public override StateSpace Space { get; }

    /// <inheritdoc/>
    public override int Count => Images.Count;

    /// <inheritdoc/>
    public override string Noun => "image";

    /// <inheritdoc/>
    public override StateLabels? Labels => _labels.Value;

    /// <inheritdoc/>
    public override bool IsAlwaysFinite => Images.IsAlwaysFinite;

    /// <summary>
    /// Images as the states of a model: by its own transform, or without padding if they already have the padded size, as samples do.
    /// </summary>
    /// <param name="space">The model's state space.</param>
    /// <param name="transform">The model's transform.</param>
    /// <param name="images">The images.</param>
    /// <exception cref="InvalidInputException">The images have another size; the message names both sizes.</exception>
    public static ImageStateSet For(StateSpace space, ImageTransform transform, ImageSet images)
    {
        ArgumentNullException.ThrowIfNull(space);
        ArgumentNullException.ThrowIfNull(transform);
        ArgumentNullException.ThrowIfNull(images);
        int channels = space.Shape.Channels, height = space.Shape.Height, width = space.Shape.Width, pad = 2 * transform.Pad;
        (int, int, int) given = (images.Channels, images.Height, images.Width);
        if (given == (channels, height - pad, width - pad))
            return new ImageStateSet(images, transform);
        if (given == (channels, height, width))
            return new ImageStateSet(images, transform with { Pad = 0 });
        string padded = pad > 0 ? $" (or {channels}×{height}×{width} with their padding)" : "";
        throw new InvalidInputException(
            $"{images.Name} holds images of {images.Channels}×{images.Height}×{images.Width} (channels×height×width); "
            + $"the model needs {channels}×{height - pad}×{width - pad}{padded}. Scale or cut them to that size.");
    }

    /// <inheritdoc/>
    public override void Read(int index, Span<float> state) => Transform.Read(Images, index, state);

    /// <inheritdoc/>
    public override bool HasRowNames => Images.Names is not null;

    /// <inheritdoc/>
    public override StateReading? Reading => Images.Reading is not { } reading ? null : new StateReading(
        $"{ImageDataReport.Images(Images.Count, Images.Channels, Images.Height, Images.Width)}, "
            + $"{reading.Describe()}{ImageDataReport.Further(reading)}", reading.Warnings, reading.ToJson());

    /// <inheritdoc/>
    public override void AppendTo(IncrementalHash hash)
    {
        ArgumentNullException.ThrowIfNull(hash);
        ImageFingerprint.AppendTo(hash, Images);
    }

    /// <inheritdoc/>
    public override string RowName(int index) => Images.Names?[index] ?? base.RowName(index);

    /// <inheritdoc/>
    public override string Place(int number)
    {
        // In the stored image: a state's padding is always finite and inside the box.
        int width = Space.Shape.Width, plane = width * Space.Shape.Height, pad = Transform.Pad;
        return $"channel {number / plane}, row {number % plane / width - pad}, column {number % width - pad}";
    }

    private static StateLabels? LabelsOf(ImageSet images)
    {
        if (images.Labels is not { } labels)
            return null;
        byte[] levels = [.. labels.Distinct().Order()];
        return new StateLabels(
            "class", [.. levels.Select(l => l.ToString(CultureInfo.InvariantCulture))], [.. labels.Select(l => Array.IndexOf(levels, l))]);
    }
}
