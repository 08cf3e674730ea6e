using System.CommandLine;
using System.Globalization;
using Joule.Cli.Terminal;
using Joule.Compute;
using Joule.Data;
using Joule.Evaluation;
using Joule.Runs;
using Joule.Samplers;
using Joule.States;

namespace Joule.Cli.Commands;

/// <summary>The part of <c>joule evaluate</c> that draws samples and measures their quality.</summary>
internal sealed class QualityEvaluation
{
    private const int DefaultCount = 1000;
    private const int RestoredImages = 1000;
    private const int LeastCount = 10;
    private const int MostCount = 50_000;

    // The trained length and multiples of it: a model of short chains is seen for what it is.
    private static readonly int[] Lengths = [1, 10, 25];

    private readonly Option<bool> _quality = new("--quality")
    {
        Description = "Also draw samples, and compare them with the test images by a classifier: it is trained on the labelled training "
            + "images, in a minute, and kept with the data.",
    };

    private readonly Option<int?> _count = SharedOptions.OptionalNumber("--count", "N",
        $"With --quality: the number of samples, {LeastCount} to {MostCount:N0}. Figures in the literature take 10,000. "
            + $"Default: {DefaultCount:N0}.",
        LeastCount, MostCount);

    private readonly Option<bool> _lengths = new("--lengths")
    {
        Description = "With --quality: measure also after 10 and 25 times as many steps; the chains go on.",
    };

    private readonly Option<bool> _inpaint = new("--inpaint")
    {
        Description = $"With --quality: also restore the lower half of {RestoredImages:N0} test images from their upper half, and measure "
            + "how many get their true class.",
    };

    private readonly Option<string?> _samples = SharedOptions.Text(
        "--samples", "PATH",
        "With --quality: measure these images, for example those of 'joule sample', in place of samples that start from noise.");

    private readonly Option<ulong?> _seed = SharedOptions.OptionalNumber(
        "--seed", "N", "With --quality: the seed of the samples. Default: 1.", 0UL, ulong.MaxValue);

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        foreach (Option option in (Option[])[_quality, _count, _lengths, _inpaint, _samples, _seed])
            command.Add(option);
    }

    /// <summary>Refuses options that have no effect without <c>--quality</c>, or with <c>--samples</c>.</summary>
    /// <exception cref="InvalidInputException">One was given.</exception>
    public void Check(ParseResult parsed)
    {
        if (!parsed.GetValue(_quality) && Given(parsed, _count, _lengths, _inpaint, _samples, _seed) is { } needy)
            throw new InvalidInputException($"{needy} says how samples are measured: it needs --quality.");
        if (Samples(parsed) is not null && Given(parsed, _count, _lengths, _inpaint, _seed) is { } idle)
            throw new InvalidInputException($"{idle} is about drawing samples, and --samples names images that are drawn. Leave out one.");
    }

    /// <summary>The path of the images to measure; null if samples are drawn.</summary>
    public string? Samples(ParseResult parsed) => parsed.GetValue(_samples);

    /// <summary>The labelled images; null without <c>--quality</c>.</summary>
    /// <exception cref="InvalidInputException">The data are not labelled images.</exception>
    public LabelledImages? Images(ParseResult parsed, DataSets data) =>
        parsed.GetValue(_quality) ? LabelledImages.Of(data.Train, data.Test) : null;

    /// <summary>The images of <c>--samples</c>, or null.</summary>
    /// <exception cref="InvalidInputException">They cannot be read, do not fit the model, or are too few or too many.</exception>
    public ImageStateSet? OpenSamples(ParseResult parsed, Model model, DataRequest request)
    {
        if (Samples(parsed) is not string path)
            return null;
        StateSet set = model.Transform.Open(path, request);
        if (set is not ImageStateSet { Count: >= LeastCount and <= MostCount } images)
        {
            throw new InvalidInputException($"--samples {path} has {Counted.Of(set.Count, set.Noun)}; it takes "
                + $"{LeastCount} to {MostCount:N0} images.");
        }
        return images;
    }

    /// <summary>Draws samples, or takes given ones, and measures them.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="context">The command's streams.</param>
    /// <param name="model">The model.</param>
    /// <param name="data">Its data.</param>
    /// <param name="images">The same as labelled images.</param>
    /// <param name="given">Samples to measure; null: they are drawn.</param>
    /// <param name="progress">Receives how far it is.</param>
    /// <exception cref="DivergenceException">A chain or the training of the classifier diverged.</exception>
    public QualityReport Run(ParseResult parsed, CommandContext context, Model model, DataSets data, LabelledImages images,
        ImageStateSet? given, RunProgress progress)
    {
        Device device = model.Trained.Device;
        Action<QualityProgress> show = Show(progress);
        using ImageClassifier classifier = ClassifierCache.Open(
            device, images, DataCache.Default, line => progress.Warn($"joule: warning: {line}"), show, context.Cancellation);
        int count = given?.Count ?? parsed.GetValue(_count) ?? DefaultCount, steps = model.Config.Sampling.Steps;
        ulong seed = parsed.GetValue(_seed) ?? 1;
        using SampleQuality quality = new(classifier, images, count, show, context.Cancellation);
        SamplerOptions sampler = SampleDraw.SamplerOf(model.Config);
        ImageStateSet test = (ImageStateSet)data.Test;
        QualityReport report = new(images.Classes, classifier.TestError, quality.MeasureTraining());
        if (given is not null)
        {
            float[] states = new float[(long)count * given.Space.Width];
            for (int i = 0; i < count; i++)
                given.Read(i, states.AsSpan(i * given.Space.Width, given.Space.Width));
            using DeviceBuffer memory = StateImages.Of(device, test, states, out Rows samples);
            report.Samples.Add((null, quality.Measure(samples)));
            return report;
        }
        using (SampleDraw draw = new(device, model.Energy, sampler, count, seed))
        {
            draw.StartFromNoise();
            foreach (int length in parsed.GetValue(_lengths) ? Lengths : Lengths.AsSpan(0, 1))
            {
                int further = checked(length * steps) - draw.Steps;
                progress.Start(length == 1 ? "sample" : $"sample, {length} times as long", further);
                draw.Run(further, [new ChainProgress(progress, TimeProvider.System)], context.Cancellation);
                using DeviceBuffer memory = StateImages.Of(device, test, draw.Look().Span.ToArray(), out Rows samples);
                QualityFigures figures = quality.Measure(samples);
                report.Samples.Add((draw.Steps, figures));
                progress.Line(string.Create(CultureInfo.InvariantCulture, $"after {Counted.Of(draw.Steps, "step")}: "
                    + $"{figures.Recognised:0.0%} recognised, Fréchet distance {figures.Frechet:0.00}"));
            }
        }
        if (!parsed.GetValue(_inpaint))
            return report;
        int[] chosen = LabelledImages.Choose(test.Count, RestoredImages), classes = [.. chosen.Select(i => images.TestClasses[i])];
        progress.Start("restore", chosen.Length);
        float[] restored = Inpainting.Run(
            device, model.Energy, sampler, steps, test, chosen, seed, done => progress.Report(done, ""), context.Cancellation);
        using DeviceBuffer restoredMemory = StateImages.Of(device, test, restored, out Rows restoredImages);
        using ClassifiedImages seen = classifier.Classify(restoredImages, context.Cancellation);
        return report with { Inpainting = new InpaintingFigures(chosen.Length, steps, seen.Correct(classes)) };
    }

    private static string? Given(ParseResult parsed, params Option[] options) =>
        options.FirstOrDefault(o => parsed.GetResult(o) is { Implicit: false })?.Name;

    private static Action<QualityProgress> Show(RunProgress progress)
    {
        string task = "";
        return at =>
        {
            if (at.Task != task)
                progress.Start(task = at.Task, at.Total);
            progress.Report(at.Done, at.Figures);
        };
    }
}
