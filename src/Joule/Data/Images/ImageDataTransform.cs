using System.Text.Json.Nodes;
using Joule.States;

namespace Joule.Data;

/// <summary>
/// Converts images to states and back: pixels are padded, and brightness is mapped to a box. The size of the images and how they were
/// stored are fitted.
/// </summary>
/// <param name="options">How the training images were read.</param>
/// <param name="fit">The fitted size and storage.</param>
public sealed class ImageDataTransform(ImageDataOptions options, ImageFit fit) : DataTransform
{
    private const string Picture = ".png", Array = ".npy";

    private readonly ImageTransform _transform = options.ToTransform();

    /// <inheritdoc/>
    public override StateSpace Space { get; } =
        StateSpace.Box(new Shape(fit.Channels, fit.Height + 2 * options.Pad, fit.Width + 2 * options.Pad), options.Low, options.High);

    /// <inheritdoc/>
    public override string Note => options.Pad > 0 ? $", images padded by {options.Pad} on every side" : "";

    /// <inheritdoc/>
    public override IReadOnlyList<string> Extensions => [Picture, Array];

    /// <summary>
    /// The range in which the model's own samples, written as an array, must be read if the model would read floats in another range; or
    /// else null.
    /// </summary>
    internal ValueRange? RangeOfSamples
    {
        get
        {
            ReadingRequest own = Reading();
            return own.RangeOf(ElementType.Float32) == own.Domain ? null : own.Domain;
        }
    }

    /// <inheritdoc/>
    public override StateSet Open(string source, DataRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return ImageStateSet.For(Space, _transform, DataSource.OpenImages(source, Reading(request), request.Log, request.Cancellation));
    }

    /// <inheritdoc/>
    public override StateSet OpenOne(string source, DataRequest request)
    {
        ArgumentNullException.ThrowIfNull(source);
        if (!IsPicture(source) || !File.Exists(source))
            return Open(source, request);
        PictureFile file = new(Path.GetFileName(source), new FileInfo(source).Length, () => PngFile.Read(source));
        return States(ImageFolder.Read(source, [file]).AsChannels(Space.Shape.Channels));
    }

    /// <inheritdoc/>
    public override DataSets OpenSets(string source, double validationShare, DataRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return Join(
            DataSource.Open(source, Reading(request), new ImageSplit(request.Seed, validationShare), request.Log, request.Cancellation));
    }

    /// <inheritdoc/>
    public override JsonObject ToJson() => OptionsJson.Write(fit);

    /// <inheritdoc/>
    public override void CheckWrite(string path, int count)
    {
        if (IsPicture(path))
            ImageGrid.Check(Space, count);
    }

    /// <inheritdoc/>
    public override string? Write(string path, ReadOnlySpan<float> states, int count)
    {
        if (IsPicture(path))
        {
            PngFile.Write(path, ImageGrid.Draw(states, Space));
            return null;
        }
        NpyFile.Write(path, [count, Space.Shape.Channels, Space.Shape.Height, Space.Shape.Width], states.ToArray());
        return RangeOfSamples is not { } range ? null
            : $"{path} is written in {range}, the domain of the model's states, and the model was trained on floats in {options.Range}: "
                + $"score it with --range {range}";
    }

    /// <summary>Images read for this transform, as states.</summary>
    internal DataSets Join(TrainTest images) =>
        new(States(images.Train), States(images.Test), images.Validation is { } set ? States(set) : null, this, images.Report())
        {
            Calibration = images.Calibration is { } kept ? States(kept) : null,
        };

    /// <summary>The size of an image, without padding.</summary>
    internal (int Channels, int Height, int Width) ImageSize => (fit.Channels, fit.Height, fit.Width);

    /// <summary>Writes the first of some images of <see cref="ImageSize"/> as a state.</summary>
    internal void Read(ImageSet images, Span<float> state) => _transform.Read(images, 0, state);

    /// <summary>How to read the model's own images again.</summary>
    internal ReadingRequest ReadingAgain => options.Reading() with { Model = Size, IsSettled = true };

    // By the request, then by the model.
    internal ReadingRequest Reading(DataRequest? request = null)
    {
        // Options without effect on the training images, such as on pictures, do not apply to arrays.
        bool unused = fit.Layout == ImageReading.Pictures || DatasetCatalogue.Find(options.Source) is not null;
        ReadingRequest own = (unused ? options with { Range = null, Layout = null } : options).Reading();
        return new ReadingRequest
        {
            Range = request?.Range,
            Layout = request?.Layout,
            ModelRange = own.Range,
            ModelRangeOfFloats = fit.Type?.StartsWith("float", StringComparison.Ordinal),
            ModelLayout = own.Layout,
            Domain = own.Domain,
            Model = Size,
        };
    }

    private ModelImages Size => new(Space.Shape.Channels, Space.Shape.Height, Space.Shape.Width, options.Pad);

    private static bool IsPicture(string path) => path.EndsWith(Picture, StringComparison.OrdinalIgnoreCase);

    private ImageStateSet States(ImageSet images) => ImageStateSet.For(Space, _transform, images);
}
