using System.Globalization;
using System.Text.Json;
using Joule.Evaluation;
using Joule.Runs;
using Joule.Samplers;

namespace Joule.Cli.Commands;

/// <summary>What <c>joule chain</c> reports of whole chains: how well they keep and explore the energy.</summary>
/// <param name="EnergyError">The mean |ΔH| of the proposals, in nats; null for a sampler without an accept test.</param>
/// <param name="Bfmi">The lowest E-BFMI of the chains; null for samplers other than <c>hmc</c> and <c>nuts</c>.</param>
internal sealed record ChainDiagnostics(double? EnergyError, double? Bfmi)
{
    private const double LeastBfmi = 0.3; // Betancourt 2016

    /// <summary>What is wrong with the energies, or null.</summary>
    public string? Advice => Bfmi < LeastBfmi
        ? string.Create(CultureInfo.InvariantCulture, $"E-BFMI is {Bfmi:0.00}, below {LeastBfmi}: the momenta move the chains slowly "
            + $"between energies, and the tails may be missing. Run longer chains, or write the energy in other parameters.")
        : null;

    /// <summary>Diagnoses a run.</summary>
    /// <param name="run">The run.</param>
    /// <param name="parameters">The summaries of its parameters.</param>
    public static ChainDiagnostics Of(ChainRun run, IEnumerable<ParameterSummary> parameters)
    {
        double? error = run.Proposals is { } proposals && double.IsFinite(proposals.EnergyError) ? proposals.EnergyError : null;
        int moving = parameters.Count(p => p.Sd > 0);
        if (moving == 0 || run.Sampler is not (HamiltonianMonteCarloOptions or NoUTurnOptions))
            return new ChainDiagnostics(error, null);
        double temperature = run.Sampler.EffectiveTemperature() ?? 1;
        double lowest = EnergyBfmi.OfPotentials(run.Draws.Energies().Map(energy => energy / temperature), moving).Min();
        return new ChainDiagnostics(error, double.IsFinite(lowest) ? lowest : null);
    }

    /// <summary>Reads those of a summary.</summary>
    public static ChainDiagnostics Read(JsonElement summary)
    {
        return new ChainDiagnostics(Number("energy_error"), Number("e_bfmi"));

        double? Number(string name) => summary.GetProperty(name) is { ValueKind: JsonValueKind.Number } value ? value.GetDouble() : null;
    }

    /// <summary>Writes at most two lines.</summary>
    /// <param name="output">The destination.</param>
    /// <param name="chains">The number of chains.</param>
    /// <param name="times">The autocorrelation times of the parameters, in draws; NaN where unknown.</param>
    public void Write(TextWriter output, int chains, IEnumerable<double> times)
    {
        List<string> energies = [];
        if (EnergyError is { } error)
            energies.Add(string.Create(CultureInfo.InvariantCulture, $"energy error {error:0.###} nats, the mean |ΔH|"));
        string which = chains > 1 ? ", the lowest of the chains" : "";
        if (Bfmi is { } bfmi)
            energies.Add(string.Create(CultureInfo.InvariantCulture, $"E-BFMI {bfmi:0.00}{which}"));
        if (energies.Count > 0)
            output.WriteLine(string.Join("; ", energies));
        double[] known = [.. times.Where(double.IsFinite)];
        if (known.Length > 0)
        {
            string range = known.Length == 1 ? "" : string.Create(CultureInfo.InvariantCulture, $"{known.Min():0.0} to ");
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"autocorrelation time {range}{known.Max():0.0} draws"));
        }
    }
}
