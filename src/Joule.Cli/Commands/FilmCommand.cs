using System.CommandLine;
using System.Globalization;
using Joule.Cli.Files;
using Joule.Cli.Plots;
using Joule.Cli.Terminal;
using Joule.Compute;
using Joule.Data;
using Joule.Evaluation;
using Joule.Runs;
using SkiaSharp;

namespace Joule.Cli.Commands;

/// <summary><c>joule film RUN</c>: an animation of a run, epoch by epoch: the landscape of points, the samples of images.</summary>
internal sealed class FilmCommand : JouleCommand
{
    private const string FileName = "film.png";
    private const int MostFrames = 200;
    private const int FrameWidth = 600; // of a landscape
    private const int LastMilliseconds = 2000;
    private const double Coarse = 5e-3; // nats: of the divergence in a frame's title

    private readonly Argument<string> _run = new("RUN") { Description = "The folder of a run, as 'joule train' writes it." };

    private readonly Option<string?> _output = SharedOptions.Text(
        "--out", "FILE.png", $"Where the film goes, an animated PNG. Default: {FileName} in the run's folder.");

    private readonly Option<int> _delay = SharedOptions.Number(
        "--delay", "MS", "How long a frame is shown, in milliseconds, 10 to 10,000. The last one stays for two seconds.", 10, 10_000, 120);

    private readonly Option<int?> _threads = SharedOptions.Threads();
    private readonly Option<bool> _json = SharedOptions.Json();
    private readonly Option<bool> _quiet = SharedOptions.Quiet();

    public override Command Build()
    {
        DocumentedCommand command = new(
            "film",
            "Make an animation of how a run learned, one frame an epoch.\n\n"
            + "For points in the plane, it shows the energy beside the known density; such runs keep the small model of every epoch. For "
            + $"images, it shows the samples that were drawn after each epoch. Every browser plays it. Of more than {MostFrames} epochs, "
            + $"{MostFrames} are shown.",
            new Example("joule film runs/moons", "Make film.png in the run's folder."),
            new Example("joule film runs/digits --out digits.png --delay 300", "Show the samples of each epoch, slowly."))
        {
            _run, _output, _delay, _threads, _json, _quiet,
        };
        OnRun(command, Film);
        return command;
    }

    private int Film(ParseResult parsed, CommandContext context)
    {
        string run = parsed.GetRequiredValue(_run);
        if (!Directory.Exists(run))
            throw new InvalidInputException($"'{run}' is not a folder. Give the folder of a run, as 'joule train' writes it.");
        string model = Model.Find(run), own = Path.Combine(run, FileName), film = parsed.GetValue(_output) ?? own;
        (RunConfig config, DataTransform transform) = Model.Describe(model);
        OutputFile.Extension(film, "--out", ".png", ".apng");
        new OutputFile(model, config.Data.Source).Check(
            film, parsed.GetValue(_output) is null ? "The film" : "--out", OutputKind.Picture, own);
        bool isPoints = PointMap.Fits(transform.Space);
        string[] files = [.. Thin(Epochs(run, isPoints ? "epochs" : "samples", isPoints ? ".safetensors" : ".png"))];
        if (files.Length == 0)
            throw new InvalidInputException(Missing(run, isPoints, transform));
        List<PngImage> frames = [];
        using (RunProgress progress = RunProgress.Create(context.Error, parsed.GetValue(_quiet)))
        {
            progress.Start("film", files.Length);
            foreach (PngImage frame in isPoints ? Landscapes(files, config, parsed, context) : files.Select(PngFile.Read))
            {
                context.Cancellation.ThrowIfCancellationRequested();
                frames.Add(frame);
                progress.Report(frames.Count, "");
            }
        }
        ApngWriter.Write(film, frames, parsed.GetValue(_delay), LastMilliseconds);
        if (!parsed.GetValue(_json))
            context.Output.WriteLine($"{film}: {Counted.Of(frames.Count, "frame")}");
        else
        {
            JsonLine.Write(context.Output, json =>
            {
                json.WriteString("out", film);
                json.WriteNumber("frames", frames.Count);
            });
        }
        return ExitCodes.Success;
    }

    private IEnumerable<PngImage> Landscapes(string[] files, RunConfig config, ParseResult parsed, CommandContext context)
    {
        using Device device = Device.Cpu(parsed.GetValue(_threads) ?? Environment.ProcessorCount);
        using Model last = Model.Load(files[^1], device);
        DataSets data = last.OpenData(context.Error.WriteLine, context.Cancellation);
        PointLandscape landscape = new(device, data.Transform, data.Test);
        foreach (string file in files)
        {
            using Model model = Model.Load(file, device);
            DensityDivergence? divergence = LandscapeOfPoints.Compare(device, model.Energy, data, _ => { }, context.Cancellation, Coarse);
            using Sheet sheet = landscape.Draw($"{config.Preset}: epoch {EpochOf(file)}", model.Energy, divergence, []);
            yield return Small(sheet.Picture);
        }
    }

    private static string Missing(string run, bool isPoints, DataTransform transform)
    {
        if (!isPoints)
        {
            return $"{run} holds no pictures of samples: " + (transform.Extensions.Contains(".png")
                ? "samples/ has none. A run writes one after every epoch."
                : "its states are neither images nor points in the plane, so there is nothing to show.");
        }
        return $"{run} kept no models of its epochs. A run on points keeps them where the model has at most 65,536 parameters and an epoch "
            + "was finished; an older Joule kept none. Train again: joule train --config " + Path.Combine(run, "config.json");
    }

    private static IEnumerable<string> Epochs(string run, string folder, string extension)
    {
        string path = Path.Combine(run, folder);
        return Directory.Exists(path)
            ? Directory.EnumerateFiles(path, "epoch-*" + extension).Order(StringComparer.Ordinal).OrderBy(EpochOf)
            : [];
    }

    private static int EpochOf(string file) => int.TryParse(
        Path.GetFileNameWithoutExtension(file)["epoch-".Length..], NumberStyles.None, CultureInfo.InvariantCulture, out int epoch) ? epoch : 0;

    // Evenly, first and last included.
    private static IEnumerable<string> Thin(IEnumerable<string> files)
    {
        string[] all = [.. files];
        return all.Length <= MostFrames ? all
            : Enumerable.Range(0, MostFrames).Select(i => all[(int)((long)i * (all.Length - 1) / (MostFrames - 1))]);
    }

    private static PngImage Small(SKBitmap picture)
    {
        int height = (int)Math.Round((double)picture.Height * FrameWidth / picture.Width);
        SKImageInfo info = new(FrameWidth, height, SKColorType.Rgba8888, SKAlphaType.Opaque);
        using SKBitmap small = picture.Resize(info, new SKSamplingOptions(SKFilterMode.Linear, SKMipmapMode.Linear));
        byte[] pixels = new byte[3 * FrameWidth * height];
        ReadOnlySpan<byte> rgba = small.GetPixelSpan();
        for (int i = 0; i < FrameWidth * height; i++)
            rgba.Slice(4 * i, 3).CopyTo(pixels.AsSpan(3 * i, 3));
        return new PngImage(FrameWidth, height, 3, pixels);
    }
}
