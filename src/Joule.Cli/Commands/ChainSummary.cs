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
    private const int MostRows = 40;
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
    private readonly Row[] _rows;

    private ChainSummary(string energy, ChainRun run, ChainPlan plan, double seconds, double? trueLogPartition, Row[] rows)
    {
        (_energy, _sampler, _plan, _seconds, _rows) = (energy, run.Sampler, plan, seconds, rows);
        (_adapted, _proposals, _figures) = (run.Adapts, run.Proposals, run.Figures);
        (_logPartition, _trueLogPartition) = (run.LogPartition, trueLogPartition);
    }

    /// <summary>The names of the parameters.</summary>
    public IReadOnlyList<string> Names => [.. _rows.Select(r => r.Draws.Name)];

    /// <summary>The summaries of the parameters.</summary>
    public IReadOnlyList<ParameterSummary> Parameters => [.. _rows.Select(r => r.Draws)];

    /// <summary>The energy and the sampler, in a few words.</summary>
    public string Title => $"{Path.GetFileName(Path.TrimEndingDirectorySeparator(_energy))} by {SamplerChoice.NameOf(_sampler)}";

    /// <summary>What is wrong with the draws, or null: R-hat far above 1 means that the chains differ.</summary>
    public string? Advice
    {
        get
        {
            Row worst = _rows.MaxBy(r => double.IsNaN(r.Draws.Rhat) ? 0 : r.Draws.Rhat)!;
            return worst.Draws.Rhat > MostRhat
                ? string.Create(CultureInfo.InvariantCulture, $"R-hat is {worst.Draws.Rhat:0.00} for {worst.Draws.Name}, above {MostRhat}: "
                    + $"the chains have not mixed, and means and errors cannot be trusted. Run longer chains, or use another sampler.")
                : null;
        }
    }

    /// <summary>Summarises a run.</summary>
    public static ChainSummary Of(string name, Energy energy, ChainRun run, ChainPlan plan, double seconds)
    {
        IKnown? known = energy as IKnown;
        Row[] rows = new Row[energy.Space.Width];
        for (int i = 0; i < rows.Length; i++)
        {
            ParameterSummary draws = ParameterSummary.Of(known?.ParameterName(i) ?? $"x{i}", run.Draws.Draws(i));
            rows[i] = new Row(draws, known?.Mean(i), known?.Deviation(i));
        }
        // Of chains at another temperature, ln Z is that of E/T.
        double? log = run.Sampler.EffectiveTemperature() is 1 ? known?.LogPartition : null;
        return new ChainSummary(name, run, plan, seconds, log, rows);
    }

    /// <summary>Writes the table.</summary>
    /// <param name="output">The destination.</param>
    /// <param name="folder">The folder of the results, or null.</param>
    /// <param name="files">The files in it.</param>
    public void Write(TextWriter output, string? folder, IReadOnlyList<string> files)
    {
        string how = _adapted ? ", adapted in the warm-up" : "";
        output.WriteLine($"{_energy}: {Counted.Of(_plan.Chains, "chain")} of {Counted.Of(_plan.Draws, "draw")} after "
            + $"{Counted.Of(_plan.WarmUp, "step")} of warm-up, by {SamplerChoice.NameOf(_sampler)}, {_seconds:0.0} s");
        if (_sampler.Adaptable() is { } adaptable)
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"step size {adaptable.StepSize:G4}{how}"));
        if (_proposals is { } p)
        {
            output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"acceptance {p.Acceptance:0.###}; {Counted.Of(p.Divergent, "divergent proposal")} of {p.Proposed:N0}"));
        }
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
        bool known = _rows.Any(r => r.TrueMean is not null);
        string[] headers = ["parameter", ">mean", ">sd", ">MCSE", ">5%", ">95%", ">ESS bulk", ">ESS tail", ">R-hat"];
        if (known)
            headers = [.. headers, ">true mean", ">true sd", ">z"];
        TextTable.Write(output, headers, _rows.Take(MostRows).Select(r => r.Cells(known)));
        if (_rows.Length > MostRows)
            output.WriteLine($"and {_rows.Length - MostRows:N0} more parameters; --json and --out have all of them");
        if (folder is not null)
            output.WriteLine($"{folder} has {string.Join(", ", files)}");
    }

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
        foreach (Row row in _rows)
            row.Write(json);
        json.WriteEndArray();
        JsonLine.Number(json, "log_z_se", _logPartition?.StandardError);
    }

    /// <summary>A parameter beside its true values, null where they are unknown.</summary>
    private sealed record Row(ParameterSummary Draws, double? TrueMean, double? TrueDeviation)
    {
        /// <summary>The error of the mean in standard errors.</summary>
        private double? Z => TrueMean is { } mean && Draws.Mcse > 0 ? (Draws.Mean - mean) / Draws.Mcse : null;

        public string[] Cells(bool known)
        {
            string[] cells =
            [
                Draws.Name, Number(Draws.Mean), Number(Draws.Sd), Number(Draws.Mcse), Number(Draws.Q5), Number(Draws.Q95),
                Count(Draws.EssBulk), Count(Draws.EssTail), Text(Draws.Rhat, "0.000"),
            ];
            return known ? [.. cells, Number(TrueMean), Number(TrueDeviation), Text(Z, "0.0")] : cells;
        }

        public void Write(Utf8JsonWriter json)
        {
            json.WriteStartObject();
            json.WriteString("name", Draws.Name);
            (string Name, double? Value)[] numbers =
            [
                ("mean", Draws.Mean), ("sd", Draws.Sd), ("mcse", Draws.Mcse), ("q5", Draws.Q5), ("q95", Draws.Q95),
                ("ess_bulk", Draws.EssBulk), ("ess_tail", Draws.EssTail), ("rhat", Draws.Rhat),
                ("true_mean", TrueMean), ("true_sd", TrueDeviation), ("z", Z),
            ];
            foreach ((string name, double? value) in numbers)
                JsonLine.Number(json, name, value);
            json.WriteEndObject();
        }

        private static string Number(double? value) => Text(value, "G4");

        private static string Count(double value) => Text(value, "N0");

        private static string Text(double? value, string format) =>
            value is { } v && double.IsFinite(v) ? v.ToString(format, CultureInfo.InvariantCulture) : "–";
    }
}
