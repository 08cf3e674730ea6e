using System.CommandLine;
using Joule.Cli.Files;
using Joule.Cli.Terminal;
using Joule.Compute;
using Joule.Data;
using Joule.Evaluation;
using Joule.Runs;
using Joule.Samplers;
using Joule.States;

namespace Joule.Cli.Commands;

/// <summary><c>joule sample MODEL</c>: draws samples by running chains, as a picture, an array, a table or a film.</summary>
internal sealed class SampleCommand : JouleCommand
{
    private const int LargestCount = 200_000;
    private const int LargestSteps = 10_000_000;
    private const long LargestStates = 1L << 29; // floats: 2 GiB of states, and as much again for gradients

    private readonly Argument<string> _model = SharedOptions.Model();

    private readonly Option<int> _count = SharedOptions.Number(
        "--count", "N", $"Number of chains, and so of samples, 1 to {LargestCount:N0}. All are held in memory.", 1, LargestCount, 64);

    private readonly Option<int?> _steps = SharedOptions.OptionalNumber("--steps", "N",
        $"Steps per chain, 0 to {LargestSteps:N0}. Default: the model's configuration (sampling.steps).", 0, LargestSteps);

    private readonly Option<ulong> _seed = SharedOptions.Seed();

    private readonly Option<string?> _sampler = SharedOptions.Text(
        "--sampler", "NAME",
        $"Another sampler, with its default settings, one of: {string.Join(", ", SamplerChoice.Names)}. "
        + "Default: the model's own sampler and settings.");

    private readonly Option<KeyValuePair<string, string>[]> _set =
        SharedOptions.Set("of the sampler ('joule samplers' lists the keys)", "joule samplers");

    private readonly Option<string> _from = new("--from")
    {
        HelpName = "noise|data|buffer",
        Description = "Where chains start: noise, test images, or the replay buffer that training left in the run's folder.",
        DefaultValueFactory = _ => "noise",
    };

    private readonly Option<string?> _data = SharedOptions.Text(
        "--data", "NAME|PATH", "With --from data: the images to start from. Default: the test images of the model's data.");

    private readonly Option<string?> _clamp = SharedOptions.Text(
        "--clamp", "FILE",
        "Hold an image fixed where the mask is black, or the cells of a table's row that have a value, and draw the rest: inpainting, and "
            + "imputation. FILE has one image, or one row.");

    private readonly Option<string?> _mask = SharedOptions.Text(
        "--mask", "FILE", "With --clamp, for images: an image of the same size, white where pixels are free.");

    private readonly ReadingOptions _reading = new();

    private readonly Option<string?> _output = SharedOptions.Text(
        "--out", "FILE.png|FILE.npy|FILE.csv",
        "For images: a picture with all samples in a grid, or an array, float32 [N, C, H, W] in the model's own range of values. For a "
            + "table: a CSV or TSV file with its columns. Default: samples.png or samples.csv.");

    private readonly Option<string?> _film = SharedOptions.Text(
        "--film", "FILE.png|DIR",
        "Also record up to 64 chains on their way: as an animated PNG, which every browser plays, or as a folder of frames.");

    private readonly DeviceOption _device = new();
    private readonly Option<bool> _json = SharedOptions.Json();
    private readonly Option<bool> _quiet = SharedOptions.Quiet();

    public override Command Build()
    {
        _from.AcceptOnlyFromAmong("noise", "data", "buffer");
        DocumentedCommand command = new(
            "sample",
            "Draw samples from a model by running Markov chains, which move downhill in energy, with noise.",
            new Example("joule sample runs/mine", "Draw 64 samples that start from noise, into samples.png."),
            new Example("joule sample runs/mine --count 1000 --seed 7 --out samples.npy", "Draw a thousand, as an array."),
            new Example("joule sample runs/mine --film film.png", "Record noise turning into digits; open the film in a browser."),
            new Example("joule sample runs/mine --sampler hmc --set step_size=0.001",
                "Use another sampler, with an acceptance test. 'joule samplers' lists them."),
            new Example("joule sample runs/mine --clamp torn.png --mask hole.png", "Fill the white part of the mask: inpainting."));
        command.Add(_model);
        Option[] options = [_count, _steps, _seed, _sampler, _set, _from, _data, _clamp, _mask, _output, _film, _json, _quiet];
        foreach (Option option in options)
            command.Add(option);
        _device.AddTo(command);
        _reading.AddTo(command);
        OnRun(command, Sample);
        return command;
    }

    private int Sample(ParseResult parsed, CommandContext context)
    {
        int count = parsed.GetValue(_count);
        string from = parsed.GetRequiredValue(_from);
        if (parsed.GetValue(_data) is not null && from != "data")
            throw new InvalidInputException("--data names the images to start from: it needs --from data.");
        string? clamped = parsed.GetValue(_clamp);
        CheckClamp(parsed, from, clamped);
        if (_reading.Given(parsed) is string given && parsed.GetValue(_data) is null && clamped is null)
        {
            throw new InvalidInputException($"{given} says how images are read: it needs --from data and --data, or --clamp. "
                + "The model's own images are read as they were for training.");
        }
        string file = Model.Find(parsed.GetRequiredValue(_model));
        (RunConfig config, DataTransform transform) = Model.Describe(file);
        StateSpace space = transform.Space;
        string output = parsed.GetValue(_output) ?? "samples" + transform.Extensions[0];
        string extension = OutputFile.Extension(output, "--out", [.. transform.Extensions]);
        SamplerOptions sampler = SamplerChoice.Choose(SampleDraw.SamplerOf(config), parsed.GetValue(_sampler), parsed.GetValue(_set) ?? []);
        if (NoiseAgreement.Warning(config, sampler) is { } noise)
            context.Error.WriteLine($"joule: warning: {noise}.");
        OutputFile outputs = new(file, SavedBuffer.Beside(file), parsed.GetValue(_data), config.Data.Source, clamped,
            parsed.GetValue(_mask));
        outputs.Check(output, "--out", OutputKind.For(extension));
        using SampleFilm? film = parsed.GetValue(_film) is string path ? SampleFilm.To(path, output, outputs) : null;
        if ((long)count * space.Width > LargestStates)
        {
            throw new InvalidInputException($"{count:N0} states of {space.Shape} are too many to hold at once; the limit is "
                + $"{LargestStates / space.Width:N0}. Draw them in parts, each with its own --seed.");
        }
        transform.CheckWrite(output, count);
        if (film is not null)
            ImageGrid.Check(space, 1);

        using Device device = _device.Open(parsed, context);
        using Model model = Model.Load(file, device);
        using SampleClamp? clamp = clamped is null ? null
            : SampleClamp.Of(model, clamped, parsed.GetValue(_mask), _reading.For(parsed, model.Config, context));
        using SampleDraw draw = new(device, clamp?.Energy ?? model.Energy, sampler, count, parsed.GetValue(_seed));
        Start(draw, from, file, model, parsed, context);
        int steps = parsed.GetValue(_steps) ?? config.Sampling.Steps;
        Run(draw, steps, film, model.Energy.Space, parsed.GetValue(_quiet), context);

        EnergyStatistics energy = EnergyStatistics.Of(draw.Energies(), "energy of a sample");
        Rows samples = draw.Look();
        StateVariety variety = StateVariety.Of(samples);
        film?.Save();
        if (transform.Write(output, clamp is null ? samples.Span : clamp.Whole(samples), count) is { } advice)
            context.Error.WriteLine($"joule: warning: {advice}.");
        Report(parsed.GetValue(_json), output, count, steps, sampler, draw.Proposals, film, energy, variety, context.Output);
        return ExitCodes.Success;
    }

    private void CheckClamp(ParseResult parsed, string from, string? clamped)
    {
        if (clamped is null && parsed.GetValue(_mask) is not null)
            throw new InvalidInputException("--mask says what is free in an image: it needs --clamp, which names the image.");
        if (clamped is not null && from != "noise")
            throw new InvalidInputException($"--clamp draws the free part from noise: leave out --from {from}.");
        if (clamped is not null && parsed.GetValue(_film) is not null)
            throw new InvalidInputException("--film shows whole chains, and --clamp holds a part of them fixed. Leave out one.");
    }

    private void Start(SampleDraw draw, string from, string file, Model model, ParseResult parsed, CommandContext context)
    {
        switch (from)
        {
            case "noise":
                draw.StartFromNoise();
                break;
            case "data":
                string? data = parsed.GetValue(_data);
                StateSet states = data is not null
                    ? model.Transform.Open(data, _reading.For(parsed, model.Config, context))
                    : MovedData.Open(() => model.OpenData(context.Error.WriteLine, context.Cancellation).Test, "--data NAME|PATH");
                ReadingText.Say(states, data ?? model.Config.Data.Source, parsed.GetValue(_quiet), context.Error);
                draw.StartFromData(states);
                break;
            default:
                draw.StartFromStates(SavedBuffer.Read(file, model.Energy.Space));
                break;
        }
    }

    private static void Run(SampleDraw draw, int steps, SampleFilm? film, StateSpace space, bool quiet, CommandContext context)
    {
        using RunProgress shown = RunProgress.Create(context.Error, quiet);
        List<IChainObserver> observers = [];
        if (!quiet)
            observers.Add(new ChainProgress(shown, TimeProvider.System));
        if (film is not null)
            observers.Add(film);
        if (steps > 0)
            shown.Start("sample", steps);
        film?.Begin(draw.Look(), space, steps);
        draw.Run(steps, observers, context.Cancellation);
    }

    private static void Report(bool asJson, string output, int count, int steps, SamplerOptions sampler, ProposalFigures? proposals,
        SampleFilm? film, EnergyStatistics energy, StateVariety variety, TextWriter writer)
    {
        if (!asJson)
        {
            writer.WriteLine($"{output}: {Counted.Of(count, "sample")} after {Counted.Of(steps, "step")}, "
                + $"energy {energy.Mean:0.####}{(count > 1 ? $" ± {energy.Deviation:0.####}" : "")}");
            if (count > 1)
            {
                writer.WriteLine($"distance between two samples {variety.Distance:0.####}; "
                    + $"from one to the nearest other {variety.Nearest:0.####} (median)");
            }
            if (proposals is { } p)
            {
                string divergent = $"{Counted.Of(p.Divergent, "divergent proposal")} of {p.Proposed:N0}";
                writer.WriteLine($"acceptance {p.Acceptance:0.###}; {divergent}; mean |energy error| {p.EnergyError:0.###}");
            }
            if (film is not null)
                writer.WriteLine($"{film.Path}: {Counted.Of(film.Count, "frame")}");
            return;
        }
        JsonLine.Write(writer, json =>
        {
            json.WriteString("out", output);
            json.WriteNumber("count", count);
            json.WriteNumber("steps", steps);
            json.WriteString("sampler", SamplerChoice.NameOf(sampler));
            JsonLine.Number(json, "acceptance", proposals?.Acceptance);
            if (proposals is { } p)
                json.WriteNumber("divergent", p.Divergent);
            else
                json.WriteNull("divergent");
            JsonLine.Number(json, "energy_error", proposals?.EnergyError);
            json.WriteStartObject("energy");
            JsonLine.Number(json, "mean", energy.Mean);
            JsonLine.Number(json, "sd", energy.Deviation);
            json.WriteEndObject();
            json.WriteStartObject("distance");
            JsonLine.Number(json, "mean", variety.Distance);
            JsonLine.Number(json, "nearest", variety.Nearest);
            json.WriteEndObject();
            if (film is null)
                return;
            json.WriteString("film", film.Path);
            json.WriteNumber("frames", film.Count);
        });
    }
}
