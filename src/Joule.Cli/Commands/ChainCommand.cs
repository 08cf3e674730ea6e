using System.CommandLine;
using System.Diagnostics;
using Joule.Cli.Terminal;
using Joule.Compute;
using Joule.Runs;
using Joule.Samplers;

namespace Joule.Cli.Commands;

/// <summary><c>joule chain ENERGY</c>: runs a sampler on a built-in energy or a model, and says how far its draws can be trusted.</summary>
internal sealed class ChainCommand : JouleCommand
{
    private const string EnergyKeys = "energy.";

    private readonly Argument<string> _energy = new("ENERGY")
    {
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
            + "summary.json and pictures: traces, ranks and, for two parameters, the landscape of the energy.");

    private readonly Option<int?> _threads = SharedOptions.Threads();
    private readonly Option<bool> _json = SharedOptions.Json();
    private readonly Option<bool> _quiet = SharedOptions.Quiet();

    public override Command Build()
    {
        DocumentedCommand command = new(
            "chain",
            "Run Markov chains on an energy, and print each parameter's mean with its error, effective sample size and R-hat.",
            new Example("joule chain funnel", "Run NUTS on Neal's funnel, and compare with the exact answers."),
            new Example("joule chain gaussian --sampler mala --set energy.dimensions=10", "Choose the sampler, and change the energy."),
            new Example("joule chain runs/mine --sampler hmc --draws 200 --out chains", "Run HMC on a trained model, and keep the draws."));
        command.Add(_energy);
        Option[] options = [_sampler, _set, _chains, _warmUp, _draws, _thin, _seed, _out, _threads, _json, _quiet];
        foreach (Option option in options)
            command.Add(option);
        OnRun(command, Run);
        return command;
    }

    private int Run(ParseResult parsed, CommandContext context)
    {
        KeyValuePair<string, string>[] changes = parsed.GetValue(_set) ?? [];
        KeyValuePair<string, string>[] ofEnergy = [.. changes.Where(c => c.Key.StartsWith(EnergyKeys, StringComparison.Ordinal))
            .Select(c => KeyValuePair.Create(c.Key[EnergyKeys.Length..], c.Value))];
        KeyValuePair<string, string>[] ofSampler = [.. changes.Where(c => !c.Key.StartsWith(EnergyKeys, StringComparison.Ordinal))];
        string name = parsed.GetRequiredValue(_energy), samplerName = parsed.GetRequiredValue(_sampler);
        SamplerOptions options = SamplerChoice.Choose(SamplerChoice.Default(samplerName), null, ofSampler);
        string? folder = parsed.GetValue(_out);
        if (folder is not null)
            ChainFolder.Check(folder);
        ChainPlan plan = new()
        {
            Chains = parsed.GetValue(_chains),
            WarmUp = parsed.GetValue(_warmUp),
            Draws = parsed.GetValue(_draws),
            Thinning = parsed.GetValue(_thin),
            Seed = parsed.GetValue(_seed),
            Adapts = ofSampler.All(c => c.Key is not ("step_size" or "inner.step_size")),
        };
        using Device device = Device.Cpu(parsed.GetValue(_threads) ?? Environment.ProcessorCount);
        using ChainEnergy energy = ChainEnergy.Open(name, ofEnergy, device);
        using ChainRun run = new(device, energy.Energy, options, plan);
        Stopwatch clock = Stopwatch.StartNew();
        using (RunProgress shown = RunProgress.Create(context.Error, parsed.GetValue(_quiet)))
        {
            int warmUp = run.Adapts ? plan.WarmUp : 0; // of which the progress of the draws says nothing
            shown.Start("chain", run.Steps - warmUp);
            run.Run(parsed.GetValue(_quiet) ? null : new ChainProgress(shown, TimeProvider.System), context.Cancellation);
        }
        ChainSummary summary = ChainSummary.Of(name, energy.Energy, run, plan, clock.Elapsed.TotalSeconds);
        IReadOnlyList<string> files = folder is null ? [] : ChainFolder.Write(folder, summary, run.Draws, energy.Energy, device);
        if (parsed.GetValue(_json))
            JsonLine.Write(context.Output, summary.Write);
        else
            summary.Write(context.Output, folder, files);
        if (summary.Advice is { } advice)
            context.Error.WriteLine($"joule: warning: {advice}");
        return ExitCodes.Success;
    }
}
