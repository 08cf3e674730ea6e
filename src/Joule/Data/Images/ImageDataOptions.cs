using System.Text.Json.Nodes;
using Joule.States;

namespace Joule.Data;

/// <summary>Options of images: how they are read, and how an image becomes a state.</summary>
[Named("images", "images: a dataset, a folder of pictures, or an array")]
public sealed record ImageDataOptions : DataOptions, IOptionRules
{
    /// <summary>
    /// The values of black and white in arrays, for example <c>0..65535</c>; null: by the array's type (<see cref="ReadingRequest"/>).
    /// </summary>
    [BrightnessRange]
    public string? Range { get; init; }

    /// <summary>The meaning of an array's dimensions, for example <c>nhwc</c>; null: by its shape (<see cref="ImageLayout"/>).</summary>
    public ImageLayout? Layout { get; init; }

    /// <summary>Black pixels added on every side.</summary>
    [Between(0, 64)]
    public int Pad { get; init; }

    /// <summary>The value that black is mapped to.</summary>
    public float Low { get; init; }

    /// <summary>The value that white is mapped to, above <see cref="Low"/>.</summary>
    public float High { get; init; } = 1;

    /// <summary>
    /// Whether 8-bit pixels become continuous: every pixel is moved by uniform noise of one grey level, inside the walls
    /// (<see cref="DequantizedPixels"/>). An energy is then a density.
    /// </summary>
    public bool Dequantize { get; init; }

    /// <summary>
    /// Labels of classes that the training does not see, for example <c>[4, 9]</c>. The test images keep them, so that
    /// <c>joule evaluate --anomaly-classes</c> says whether the energy finds them. Empty: none.
    /// </summary>
    public IReadOnlyList<int> LeaveOutClasses { get; init => field = new EquatableList<int>(value); } = new EquatableList<int>([]);

    /// <summary>How an image becomes a state.</summary>
    public ImageTransform ToTransform() => new() { Pad = Pad, Low = Low, High = High, Dequantize = Dequantize };

    /// <inheritdoc/>
    public override DataSets Open(DataRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        ImageDataTransform? model = request.Transform as ImageDataTransform;
        if (model is null && request.Transform is { } other)
            throw new ArgumentException($"The transform is one of {other.Space}, not of images.", nameof(request));
        ReadingRequest reading = model?.ReadingAgain ?? Reading() with { IsSettled = request.IsSettled };
        TrainTest images = DataSource.Open(
            Source, reading, new ImageSplit(request.Seed, ValidationShare), request.Log, request.Cancellation);
        images = images.LeaveOut(LeaveOutClasses).SetApart(CalibrationShare, request.Seed);
        return (model?.Join(images) ?? Join(images)).CalibratedBy(this, request);
    }

    /// <summary>Images in memory, as states.</summary>
    /// <param name="images">Images of the same size.</param>
    public DataSets Join(TrainTest images)
    {
        ArgumentNullException.ThrowIfNull(images);
        return new ImageDataTransform(this, ImageFit.Of(images.Train)).Join(images);
    }

    /// <inheritdoc/>
    public override DataTransform Restore(JsonObject fitted, string source)
    {
        ImageFit fit = OptionsJson.Read<ImageFit>(fitted, source);
        List<string> problems = [];
        fit.Validate(problems, Pad);
        return problems.Count == 0 ? new ImageDataTransform(this, fit) : throw InvalidInputException.Options(source, problems);
    }

    /// <inheritdoc/>
    public override DataOptions WithoutUnused(Action<string> warn)
    {
        ArgumentNullException.ThrowIfNull(warn);
        string[] unused = [.. new[] { Range is null ? null : "--range", Layout is null ? null : "--layout" }.OfType<string>()];
        if (unused.Length == 0 || !DataSource.SaysHow(Source))
            return this;
        warn(DataSource.NoEffect(unused, DatasetCatalogue.Find(Source) is not null) + "; they are not kept");
        return this with { Range = null, Layout = null };
    }

    /// <inheritdoc/>
    public void Validate(ICollection<string> problems, string path)
    {
        ArgumentNullException.ThrowIfNull(problems);
        if (!(Low < High))
            problems.Add($"{path}low is {Low} and {path}high {High}; low must lie below high");
        if (Dequantize && Pad > 0)
            problems.Add($"{path}pad is {Pad}; it must be 0 with {path}dequantize=true: padding has no grey levels");
    }

    /// <summary>How the training images are read.</summary>
    internal ReadingRequest Reading() => new()
    {
        Range = ValueRange.TryParse(Range, out ValueRange range) ? range : null,
        Layout = Layout,
        Domain = new ValueRange(Low, High),
    };
}

/// <summary>A text that is a range of brightness.</summary>
internal sealed class BrightnessRangeAttribute : OptionRangeAttribute
{
    public override string Text => ValueRange.Forms;

    public override bool Holds(object value) => ValueRange.TryParse((string)value, out _);
}
