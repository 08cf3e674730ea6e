using Joule.Data;
using Joule.States;

namespace Joule.Runs;

/// <summary>Opens the images of a run, and others for its model, the way that its configuration says.</summary>
public static class RunImages
{
    /// <summary>Opens the images that a configuration names: those to train on, and those set apart. The same configuration gives the same
    /// images in the same parts.</summary>
    /// <param name="config">The configuration.</param>
    /// <param name="log">Told one line for each thing that a fetch does.</param>
    /// <param name="cancellation">Ends a fetch.</param>
    /// <exception cref="InvalidInputException">They cannot be used.</exception>
    public static TrainTest Open(RunConfig config, Action<string> log, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(config);
        return DataSource.Open(config.Data.Source, Asked(config), Split(config), log, cancellation);
    }

    /// <summary>Opens the images of a run that goes on, as <see cref="Open(RunConfig, Action{string}, CancellationToken)"/> does; errors then give no options, since a run keeps its own.</summary>
    /// <param name="config">The configuration.</param>
    /// <param name="log">Told one line for each thing that a fetch does.</param>
    /// <param name="cancellation">Ends a fetch.</param>
    /// <exception cref="InvalidInputException">They cannot be used.</exception>
    public static TrainTest OpenAgain(RunConfig config, Action<string> log, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(config);
        return DataSource.Open(config.Data.Source, Asked(config) with { IsSettled = true }, Split(config), log, cancellation);
    }

    /// <summary>The configuration without a range and a layout that have no effect, because its images say themselves how they are read.</summary>
    /// <param name="config">The configuration.</param>
    /// <param name="warn">Told what is left away, and why.</param>
    public static RunConfig WithoutUnused(RunConfig config, Action<string> warn)
    {
        ArgumentNullException.ThrowIfNull(config);
        ArgumentNullException.ThrowIfNull(warn);
        if (config.Data is not ImageDataOptions images) return config;
        string[] unused = [.. new[] { images.Range is null ? null : "--range", images.Layout is null ? null : "--layout" }.OfType<string>()];
        if (unused.Length == 0 || !DataSource.SaysHow(images.Source)) return config;
        warn(DataSource.NoEffect(unused, DatasetCatalogue.Find(images.Source) is not null) + "; nothing of it is kept");
        return config with { Data = images with { Range = null, Layout = null } };
    }

    /// <summary>Opens the images that a model was trained on.</summary>
    /// <param name="model">The model.</param>
    /// <param name="log">Told one line for each thing that a fetch does.</param>
    /// <param name="cancellation">Ends a fetch.</param>
    /// <exception cref="InvalidInputException">They cannot be used.</exception>
    public static TrainTest Open(Model model, Action<string> log, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(model);
        return DataSource.Open(model.Config.Data.Source, Asked(model.Config) with { Model = Size(model), IsSettled = true }, Split(model.Config), log, cancellation);
    }

    /// <summary>How images of a model's user are read: by what is asked for, then by what the model expects.</summary>
    /// <param name="model">The model.</param>
    /// <param name="range">The range that is asked for, or null.</param>
    /// <param name="layout">The layout that is asked for, or null.</param>
    public static ReadingRequest For(Model model, ValueRange? range = null, ImageLayout? layout = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        // What had no effect on the images of the training, as on pictures, says nothing of arrays.
        bool unused = model.Data?.Reading.Layout == ImageReading.Pictures || DatasetCatalogue.Find(model.Config.Data.Source) is not null;
        ReadingRequest own = Asked(unused ? model.Config with { Data = Options(model.Config) with { Range = null, Layout = null } } : model.Config);
        return new ReadingRequest
        {
            Range = range,
            Layout = layout,
            ModelRange = own.Range,
            ModelRangeOfFloats = model.Data?.Reading.Type.StartsWith("float", StringComparison.Ordinal),
            ModelLayout = own.Layout,
            Domain = own.Domain,
            Model = Size(model),
        };
    }

    /// <summary>The range that a model's own samples, written as an array, must be read in where the model would read floats otherwise; null
    /// where it reads them as they are.</summary>
    /// <param name="model">The model.</param>
    public static ValueRange? RangeOfSamples(Model model)
    {
        ReadingRequest request = For(model);
        return request.RangeOf(ElementType.Float32) == request.Domain ? null : request.Domain;
    }

    /// <summary>How a configuration's images are shared out.</summary>
    /// <param name="config">The configuration.</param>
    public static ImageSplit Split(RunConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        return new ImageSplit(config.Seed, config.Data.ValidationShare);
    }

    /// <summary>How the images of a configuration are read.</summary>
    /// <exception cref="InvalidInputException">Its data are no images.</exception>
    public static ImageDataOptions Options(RunConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        return config.Data as ImageDataOptions
            ?? throw new InvalidInputException($"Images are expected; the data of the model are of the type \"{Catalogue.NameOf(config.Data.GetType())}\".");
    }

    /// <summary>How an image of a configuration becomes a state.</summary>
    /// <exception cref="InvalidInputException">Its data are no images.</exception>
    public static ImageTransform Transform(RunConfig config) => Options(config).ToTransform();

    private static ReadingRequest Asked(RunConfig config) => new()
    {
        Range = ValueRange.TryParse(Options(config).Range, out ValueRange range) ? range : null,
        Layout = ImageLayouts.Find(Options(config).Layout),
        Domain = new ValueRange(Options(config).Low, Options(config).High),
    };


    private static ModelImages Size(Model model)
    {
        Shape shape = model.Energy.Space.Shape;
        return new ModelImages(shape.Channels, shape.Height, shape.Width, Options(model.Config).Pad);
    }
}
