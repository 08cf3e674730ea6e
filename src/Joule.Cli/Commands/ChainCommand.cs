using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Joule.Cli.Terminal;
using Joule.Compute;
using Joule.Runs;
using Joule.Samplers;

namespace Joule.Cli.Commands;

/// <summary><c>joule chain ENERGY</c>: runs a sampler on a built-in energy or a model, and says how far its draws can be trusted.</summary>
internal sealed class ChainCommand : JouleCommand
{
    private const string EnergyKeys = "energy.";

    private readonly Argument<string?> _energy = new("ENERGY")
    {
        Arity = ArgumentArity.ZeroOrOne,
        Description = $"A built-in energy, one of: {string.Join(", ", ChainEnergy.Names)}; or the folder of a run, or a model file.",
    };

    private readonly Option<string> _sampler = new("--sampler")
    {
        HelpName = "NAME",
        Description = $"The sampler, one of: {string.Join(", ", SamplerChoice.Names)}.",
        DefaultValueFactory = _ => "nuts",
    };

    private readonly Option<KeyValuePair<string, string>[]> _set = SharedOptions.Set(
        "of the sampler ('joule samplers' lists the keys), or with energy. before it of a built-in energy; "
        + "a given step_size is not adapted", "joule samplers");

    private readonly Option<int> _chains = SharedOptions.Number("--chains", "N", "Number of chains, 1 to 100,000.", 1, 100_000, 4);

    private readonly Option<int> _warmUp = SharedOptions.Number("--warmup", "N",
        "Steps before the first draw, 0 to 100,000,000. They adapt step size and masses, if the sampler has them.", 0, 100_000_000, 1000);

    private readonly Option<int> _draws = SharedOptions.Number(
        "--draws", "N", "Draws of each chain, 1 to 100,000,000.", 1, 100_000_000, 1000);

    private readonly Option<int> _thin = SharedOptions.Number(
        "--thin", "N", "Steps from one draw to the next, 1 to 1,000,000.", 1, 1_000_000, 1);

    private readonly Option<ulong> _seed = SharedOptions.Seed();

    private readonly Option<string?> _out = SharedOptions.Text("--out", "DIR",
        "A folder, new or empty, for draws.npz (an array [chains, draws] per parameter, as ArviZ's from_dict takes them), "
            + "summary.json and pictures: traces, ranks and, for two parameters, the landscape of the energy. "
            + "While the chains run, it has checkpoints: a run that is stopped can be resumed.");

    private readonly Option<string?> _resume = SharedOptions.Text("--resume", "DIR",
        "Resume the run in this folder from its newest intact checkpoint, as if it had never stopped, to the same draws bit for bit. "
            + "The run keeps its settings.");

    private readonly Option<CheckpointInterval?> _every = new("--checkpoint-every")
    {
        HelpName = "TIME",
        Description = $"How often to write a checkpoint: {CheckpointInterval.TimeForms}. "
            + $"Default: {CheckpointInterval.Default.Seconds / 60}m.",
        CustomParser = ParseTime,
    };

    private readonly Option<KeyValuePair<string, float>[]> _clamp = new("--clamp")
    {
        HelpName = "NAME=VALUE",
        Description = "Hold a parameter at a value, by its name in the table, and draw the others given it. May be repeated.",
        Arity = ArgumentArity.OneOrMore,
        AllowMultipleArgumentsPerToken = false,
        DefaultValueFactory = _ => [],
        CustomParser = result => [.. result.Tokens.Select(token => Clamped(result, token.Value))],
    };

    private readonly DeviceOption _device = new();
    private readonly Option<bool> _json = SharedOptions.Json();
    private readonly Option<bool> _quiet = SharedOptions.Quiet();

    public override Command Build()
    {
        DocumentedCommand command = new(
            "chain",
            "Run Markov chains on an energy, and print each parameter's mean with its error, effective sample size and R-hat.",
            new Example("joule chain funnel", "Run NUTS on Neal's funnel, and compare with the exact answers."),
            new Example("joule chain gaussian --sampler mala --set energy.dimensions=10", "Choose the sampler, and change the energy."),
            new Example("joule chain gaussian --clamp x0=1.5", "Draw from the conditional distribution given one number."),
            new Example("joule chain runs/mine --sampler hmc --draws 200 --out chains", "Run HMC on a trained model, and keep the draws."),
            new Example("joule chain --resume chains", "Resume a run that was stopped."));
        command.Add(_energy);
        Option[] options =
            [_sampler, _set, _clamp, _chains, _warmUp, _draws, _thin, _seed, _out, _resume, _every, _json, _quiet];
        foreach (Option option in options)
            command.Add(option);
        _device.AddTo(command);
        OnRun(command, Run);
        return command;
    }

    /// <summary>The command line that resumes a run.</summary>
    internal static string Command(string folder) => $"joule chain --resume {TrainCommand.Quoted(folder)}";

    private int Run(ParseResult parsed, CommandContext context)
    {
        if (parsed.GetValue(_resume) is { } stopped)
        {
            if (Given(parsed) is { } given)
            {
                throw new InvalidInputException($"--resume continues a run as it was started: {given} cannot be given with it. "
                    + "To start another run, omit --resume.");
            }
            return Resume(stopped, parsed, context);
        }
        ChainSettings settings = Settings(parsed);
        string? folder = parsed.GetValue(_out);
        if (folder is not null)
            ChainFolder.Check(folder);
        else if (parsed.GetValue(_every) is not null)
            throw new InvalidInputException("--checkpoint-every needs a folder for the checkpoints. Give --out DIR too.");
        using Device device = _device.Open(parsed, context);
        using ChainEnergy energy = settings.Open(device);
        using ChainRun run = new(device, energy.Energy, settings.Sampler, settings.Plan);
        if (folder is null)
        {
            RunChains(run, parsed, context);
            return Finish(Summarise(settings, energy, run), null, [], parsed, context);
        }
        context.Cancellation.ThrowIfCancellationRequested();
        using IDisposable held = context.Hold();
        using ChainCheckpoints checkpoints = ChainFolder.Create(folder, settings);
        _ = run.Resume(checkpoints, context.Error.WriteLine);
        return RunInFolder(folder, settings, energy, run, device, checkpoints, parsed, context);
    }

    private int Resume(string folder, ParseResult parsed, CommandContext context)
    {
        ChainSettings settings = ChainSettings.Read(folder);
        if (ChainFolder.IsFinished(folder))
        {
            bool json = parsed.GetValue(_json);
            string results = ChainFolder.ResultsAgain(folder, settings, json);
            if (ChainFolder.HasRemains(folder))
            {
                using ChainCheckpoints left = ChainFolder.Create(folder, settings);
                left.Remove();
            }
            context.Human(json).WriteLine($"The run in {folder} is finished.");
            context.Output.Write(results);
            return ExitCodes.Success;
        }
        settings = settings with { CheckpointEvery = parsed.GetValue(_every) ?? settings.CheckpointEvery };
        using Device device = _device.Open(parsed, context);
        using ChainEnergy energy = settings.Open(device);
        using ChainRun run = new(device, energy.Energy, settings.Sampler, settings.Plan);
        context.Cancellation.ThrowIfCancellationRequested();
        using IDisposable held = context.Hold();
        using ChainCheckpoints checkpoints = ChainFolder.Create(folder, settings);
        string? file = run.Resume(checkpoints, message => context.Error.WriteLine($"joule: warning: {message}"));
        if (!parsed.GetValue(_quiet))
        {
            context.Error.WriteLine(file is null
                ? $"{folder} has no checkpoint yet: the run starts from the beginning."
                : $"Resuming from {file}.");
        }
        return RunInFolder(folder, settings, energy, run, device, checkpoints, parsed, context);
    }

    private int RunInFolder(string folder, ChainSettings settings, ChainEnergy energy, ChainRun run, Device device,
        ChainCheckpoints checkpoints, ParseResult parsed, CommandContext context)
    {
        try
        {
            RunChains(run, parsed, context);
            ChainSummary summary = Summarise(settings, energy, run);
            IReadOnlyList<string> files = ChainFolder.Write(folder, summary, run.Draws, energy.Energy, device);
            checkpoints.Remove();
            return Finish(summary, folder, files, parsed, context);
        }
        catch (OperationCanceledException)
        {
            throw new StoppedException($"stopped after {run.Done:N0} of {Counted.Of(run.Steps, "step")}. Resume with: {Command(folder)}");
        }
        catch (JouleException e) when (checkpoints.Newest is not null && e is not DivergenceException)
        {
            // The input was checked before the run began, so this is a failure of the run (exit code 1), not invalid input.
            throw new JouleException($"{e.Message.TrimEnd('.')}. Resume with: {Command(folder)}", e);
        }
        catch (JouleException) when (checkpoints.Newest is null && !ChainFolder.IsFinished(folder))
        {
            ChainFolder.Discard(folder, checkpoints);
            throw;
        }
    }

    private void RunChains(ChainRun run, ParseResult parsed, CommandContext context)
    {
        bool quiet = parsed.GetValue(_quiet);
        using RunProgress shown = RunProgress.Create(context.Error, quiet);
        shown.Start("chain", run.Steps, run.Done);
        try
        {
            run.Run(quiet ? null : new ChainProgress(shown, TimeProvider.System), context.Cancellation);
        }
        catch (OperationCanceledException) when (parsed.GetValue(_out) is null && parsed.GetValue(_resume) is null)
        {
            throw new StoppedException(
                "stopped; the draws are lost. --out DIR keeps them: a run that is stopped can then be resumed.");
        }
    }

    private int Finish(ChainSummary summary, string? folder, IReadOnlyList<string> files, ParseResult parsed, CommandContext context)
    {
        if (parsed.GetValue(_json))
            JsonLine.Write(context.Output, summary.Write);
        else
            summary.Write(context.Output, folder, files);
        if (summary.Advice is { } advice)
            context.Error.WriteLine($"joule: warning: {advice}");
        return ExitCodes.Success;
    }

    private static ChainSummary Summarise(ChainSettings settings, ChainEnergy energy, ChainRun run) =>
        ChainSummary.Of(settings.Name, energy.Energy, run, settings.Plan, run.Seconds);

    // The first argument or option given that a resumed run already has.
    private string? Given(ParseResult parsed) => parsed.GetValue(_energy) is { } energy ? $"the energy {energy}"
        : ((Option[])[_sampler, _set, _clamp, _chains, _warmUp, _draws, _thin, _seed, _out])
            .FirstOrDefault(o => parsed.GetResult(o) is { Implicit: false })?.Name;

    private ChainSettings Settings(ParseResult parsed)
    {
        string name = parsed.GetValue(_energy) ?? throw new InvalidInputException(
            $"No energy is given: joule chain ENERGY. It is a model or one of {string.Join(", ", ChainEnergy.Names)}; "
            + "--resume DIR goes on with a run.");
        KeyValuePair<string, string>[] changes = parsed.GetValue(_set) ?? [];
        KeyValuePair<string, string>[] ofEnergy = [.. changes.Where(c => c.Key.StartsWith(EnergyKeys, StringComparison.Ordinal))
            .Select(c => KeyValuePair.Create(c.Key[EnergyKeys.Length..], c.Value))];
        KeyValuePair<string, string>[] ofSampler = [.. changes.Where(c => !c.Key.StartsWith(EnergyKeys, StringComparison.Ordinal))];
        SamplerOptions sampler = SamplerChoice.Choose(SamplerChoice.Default(parsed.GetRequiredValue(_sampler)), null, ofSampler);
        ChainPlan plan = new()
        {
            Chains = parsed.GetValue(_chains),
            WarmUp = parsed.GetValue(_warmUp),
            Draws = parsed.GetValue(_draws),
            Thinning = parsed.GetValue(_thin),
            Seed = parsed.GetValue(_seed),
            Adapts = ofSampler.All(c => c.Key is not ("step_size" or "inner.step_size")),
        };
        return ChainSettings.Of(name, ofEnergy, sampler, plan) with
        {
            Clamped = parsed.GetValue(_clamp) ?? [],
            CheckpointEvery = parsed.GetValue(_every) ?? CheckpointInterval.Default,
        };
    }

    private static KeyValuePair<string, float> Clamped(ArgumentResult result, string given)
    {
        int equals = given.LastIndexOf('=');
        string name = equals < 0 ? "" : given[..equals].Trim();
        if (name.Length > 0 && float.TryParse(given[(equals + 1)..], NumberStyles.Float, CultureInfo.InvariantCulture, out float value)
            && float.IsFinite(value))
        {
            return new(name, value);
        }
        result.AddError($"--clamp expects NAME=VALUE with a finite number, given '{given}'");
        return default;
    }

    private static CheckpointInterval? ParseTime(ArgumentResult result)
    {
        string given = SharedOptions.Given(result);
        if (CheckpointInterval.TryParse(given, out CheckpointInterval interval) && interval.Seconds is not null)
            return interval;
        result.AddError($"--checkpoint-every expects {CheckpointInterval.TimeForms}, above 0, given '{given}'");
        return null;
    }
}
