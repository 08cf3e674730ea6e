using System.Globalization;
using System.Text.Json;
using Joule.Cli.Terminal;
using Joule.Energies;
using Joule.Evaluation;
using Joule.Runs;
using Joule.Samplers;

namespace Joule.Cli.Commands;

/// <summary>What <c>joule chain</c> reports: the run, and a row for each parameter.</summary>
internal sealed class ChainSummary
{
    private const double MostRhat = 1.05; // 1.01 is asked of final results (Vehtari et al. 2021); more is no accident

    private readonly string _energy;
    private readonly SamplerOptions _sampler;
    private readonly ChainPlan _plan;
    private readonly double _seconds;
    private readonly bool _adapted;
    private readonly ProposalFigures? _proposals;
    private readonly IReadOnlyList<SamplerFigure> _figures;
    private readonly LogPartitionEstimate? _logPartition;
    private readonly double? _trueLogPartition;
    private readonly ChainRow[] _rows;
    private readonly ChainRow[] _all; // with the clamped parameters, in the order of the whole state
    private readonly ChainDiagnostics _diagnostics;

    private ChainSummary(string energy, ChainRun run, ChainPlan plan, double seconds, double? trueLogPartition, ChainRow[] rows,
        ChainRow[] all)
    {
        (_energy, _sampler, _plan, _seconds, _rows, _all) = (energy, run.Sampler, plan, seconds, rows, all);
        (_adapted, _proposals, _figures) = (run.Adapts, run.Proposals, run.Figures);
        _diagnostics = ChainDiagnostics.Of(run, Parameters);
        (_logPartition, _trueLogPartition) = (run.LogPartition, trueLogPartition);
    }

    /// <summary>The names of the parameters that are drawn.</summary>
    public IReadOnlyList<string> Names => [.. _rows.Select(r => r.Draws.Name)];

    /// <summary>The summaries of the parameters.</summary>
    public IReadOnlyList<ParameterSummary> Parameters => [.. _rows.Select(r => r.Draws)];

    /// <summary>The energy and the sampler, in a few words.</summary>
    public string Title => $"{Path.GetFileName(Path.TrimEndingDirectorySeparator(_energy))} by {SamplerChoice.NameOf(_sampler)}";

    /// <summary>
    /// What is wrong with the draws, or null: R-hat far above 1, which means that the chains differ, and a low E-BFMI. Chains that act on
    /// each other have neither.
    /// </summary>
    public string? Advice
    {
        get
        {
            if (_sampler.IsModeSeeking())
            {
                return $"The chains of {SamplerChoice.NameOf(_sampler)} seek modes: they end in states of low energy, and are no draws "
                    + "from the density.";
            }
            if (_sampler.ChainsInteract())
            {
                return $"The chains of {SamplerChoice.NameOf(_sampler)} act on each other: the last draw of all chains together is the "
                    + "sample. MCSE, ESS and R-hat are for independent chains; they are left out.";
            }
            ChainRow worst = _rows.MaxBy(r => double.IsNaN(r.Draws.Rhat) ? 0 : r.Draws.Rhat)!;
            string? rhat = worst.Draws.Rhat > MostRhat
                ? string.Create(CultureInfo.InvariantCulture, $"R-hat is {worst.Draws.Rhat:0.00} for {worst.Draws.Name}, above {MostRhat}: "
                    + $"the chains have not mixed, and means and errors cannot be trusted. Run longer chains, or use another sampler.")
                : null;
            string?[] all = [rhat, _diagnostics.Advice];
            return all.Any(text => text is not null) ? string.Join(' ', all.OfType<string>()) : null;
        }
    }

    private double Total => (double)_plan.Chains * _plan.Draws;

    /// <summary>Summarises a run.</summary>
    public static ChainSummary Of(string name, Energy energy, ChainRun run, ChainPlan plan, double seconds)
    {
        IKnown? known = energy as IKnown;
        ChainRow[] rows = new ChainRow[energy.Space.Width];
        for (int i = 0; i < rows.Length; i++)
        {
            ParameterSummary draws = ParameterSummary.Of(known?.ParameterName(i) ?? $"x{i}", run.Draws.Draws(i));
            if (run.Sampler.ChainsInteract())
                draws = draws with { Mcse = double.NaN, EssBulk = double.NaN, EssTail = double.NaN, Rhat = double.NaN };
            rows[i] = new ChainRow(draws, known?.Mean(i), known?.Deviation(i));
        }
        // Of chains at another temperature, ln Z is that of E/T.
        double? log = run.Sampler.EffectiveTemperature() is 1 ? known?.LogPartition : null;
        return new ChainSummary(name, run, plan, seconds, log, rows,
            energy is ClampedEnergy clamped ? WithClamped(clamped, rows) : rows);
    }

    /// <summary>The lines above the table.</summary>
    public static void WriteHeader(TextWriter output, string energy, ChainPlan plan, string sampler, double seconds)
    {
        output.WriteLine($"{energy}: {Counted.Of(plan.Chains, "chain")} of {Counted.Of(plan.Draws, "draw")} after "
            + $"{Counted.Of(plan.WarmUp, "step")} of warm-up, by {sampler}, {seconds:0.0} s");
    }

    /// <summary>The line of an accept test.</summary>
    public static void WriteAcceptance(TextWriter output, double acceptance, long divergent, long proposed) =>
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"acceptance {acceptance:0.###}; {Counted.Of(divergent, "divergent proposal")} of {proposed:N0}"));

    /// <summary>The draws of all parameters, an array [chains, draws] each; those of a clamped one are its value.</summary>
    public IReadOnlyList<(string Name, int[] Shape, float[] Values)> Arrays(DrawRecorder draws)
    {
        List<(string Name, int[] Shape, float[] Values)> arrays = [];
        int number = 0;
        foreach (ChainRow row in _all)
        {
            float[] values = row.IsClamped ? new float[draws.Chains * draws.Count] : draws.Values(number++);
            if (row.IsClamped)
                Array.Fill(values, (float)row.Draws.Mean);
            arrays.Add((row.Draws.Name, [draws.Chains, draws.Count], values));
        }
        return arrays;
    }

    /// <summary>Writes the table.</summary>
    /// <param name="output">The destination.</param>
    /// <param name="folder">The folder of the results, or null.</param>
    /// <param name="files">The files in it.</param>
    public void Write(TextWriter output, string? folder, IReadOnlyList<string> files)
    {
        string how = _adapted ? ", adapted in the warm-up" : "";
        WriteHeader(output, _energy, _plan, SamplerChoice.NameOf(_sampler), _seconds);
        if (_sampler.Adaptable() is { } adaptable)
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"step size {adaptable.StepSize:G4}{how}"));
        if (_proposals is { } p)
            WriteAcceptance(output, p.Acceptance, p.Divergent, p.Proposed);
        foreach (SamplerFigure figure in _figures)
            output.WriteLine(figure.Text);
        if (_logPartition is { } z)
        {
            string truth = _trueLogPartition is { } log
                ? string.Create(CultureInfo.InvariantCulture, $"; the true value is {log:0.####}")
                : "";
            output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"ln Z is {z.Value:0.####} ± {z.StandardError:0.####}, 95% from {z.Low:0.####} to {z.High:0.####}{truth}"));
        }
        output.WriteLine();
        ChainRow.WriteTable(output, _all);
        _diagnostics.Write(output, _plan.Chains, _rows.Select(r => r.AutocorrelationTime(Total)));
        if (folder is not null)
            WriteFiles(output, folder, files);
    }

    /// <summary>The line of the results' files.</summary>
    public static void WriteFiles(TextWriter output, string folder, IEnumerable<string> files) =>
        output.WriteLine($"{folder} has {string.Join(", ", files)}");

    /// <summary>Writes the members of the JSON object.</summary>
    public void Write(Utf8JsonWriter json)
    {
        json.WriteString("energy", _energy);
        json.WriteString("sampler", SamplerChoice.NameOf(_sampler));
        json.WriteNumber("chains", _plan.Chains);
        json.WriteNumber("draws", _plan.Draws);
        json.WriteNumber("seconds", Math.Round(_seconds, 3));
        JsonLine.Number(json, "acceptance", _proposals?.Acceptance);
        if (_proposals is { } p)
            json.WriteNumber("divergent", p.Divergent);
        else
            json.WriteNull("divergent");
        JsonLine.Number(json, "log_z", _logPartition?.Value);
        json.WriteStartArray("parameters");
        foreach (ChainRow row in _all)
            row.Write(json, Total);
        json.WriteEndArray();
        JsonLine.Number(json, "log_z_se", _logPartition?.StandardError);
        JsonLine.Number(json, "energy_error", _diagnostics.EnergyError);
        JsonLine.Number(json, "e_bfmi", _diagnostics.Bfmi);
    }

    private static ChainRow[] WithClamped(ClampedEnergy energy, ChainRow[] rows)
    {
        ChainRow[] all = new ChainRow[energy.Values.Length];
        for (int i = 0; i < rows.Length; i++)
            all[energy.Free[i]] = rows[i];
        for (int i = 0; i < all.Length; i++)
            all[i] ??= ChainRow.Clamped(ClampedNames.Of(energy.Inner, i), energy.Values[i]);
        return all;
    }
}
