using System.Globalization;
using Joule.Compute;
using Joule.States;

namespace Joule.Energies;

/// <summary>Options of <see cref="SmoothMaximumEnergy"/>.</summary>
[Named("smooth_maximum", "several fitted energies as one: a state must look normal to each of them; nothing to train",
    paper: "Wilson 2019, PNAS 116 (harmonic mean of p-values)")]
public sealed record SmoothMaximumOptions : FittedOptions, IOptionRules
{
    /// <summary>The energies, each one that is fitted. The first must be normalisable, and gives the scale, in nats.</summary>
    [Items(1)]
    public required IReadOnlyList<EnergyOptions> Energies { get; init; }

    /// <summary>
    /// The share of the training rows that may be anomalies: the rows of highest energy are left out, and the rest is fitted again.
    /// </summary>
    [Between(0, 0.5)]
    public double Contamination { get; init; }

    /// <summary>Number of training rows that are left out as anomalies.</summary>
    /// <param name="rows">Number of training rows.</param>
    public int CountLeftOut(int rows) => Math.Min((int)Math.Ceiling(Contamination * rows), Math.Max(0, rows - FitRows.Least));

    /// <summary>What <see cref="Contamination"/> means for a number of training rows, in a sentence; null if it is 0.</summary>
    /// <param name="rows">Number of training rows.</param>
    public string? Describe(int rows) => Contamination == 0 ? null
        : string.Create(CultureInfo.InvariantCulture, $"contamination {Contamination}: the {CountLeftOut(rows):N0} of {rows:N0} training "
            + $"rows with the highest energy are left out, and the rest is fitted again.");

    /// <inheritdoc/>
    public void Validate(ICollection<string> problems, string path)
    {
        ArgumentNullException.ThrowIfNull(problems);
        for (int i = 0; i < (Energies?.Count ?? 0); i++)
        {
            if (Energies![i] is SmoothMaximumOptions or not FittedOptions)
                problems.Add($"{path}energies.{i} is {Catalogue.NameOf(Energies[i].GetType())}; it must be neighbours or tree");
        }
    }

    internal override long CountFitted(StateSpace space) =>
        Energies.Sum(e => TailCalibration.Length + ((FittedOptions)e).CountFitted(space));

    internal override Energy Create(Device device, StateSpace space, Rows memory) => new SmoothMaximumEnergy(device, space, this, memory);
}
