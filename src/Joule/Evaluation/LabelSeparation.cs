using Joule.States;

namespace Joule.Evaluation;

/// <summary>How well the energy separates one label of a set from all others.</summary>
/// <param name="Label">The label.</param>
/// <param name="Count">Number of states with the label.</param>
/// <param name="MeanEnergy">Their mean energy, in nats.</param>
/// <param name="Auroc">
/// The probability that a state with the label has a higher energy than one without (ties count half): 1 if the energy finds them all.
/// </param>
public sealed record LabelFigures(string Label, int Count, double MeanEnergy, double Auroc);

/// <summary>Compares energies with labels, one against all others. Any label may be the anomaly, so each has its figures.</summary>
public static class LabelSeparation
{
    /// <summary>The figures of every label that some but not all states have.</summary>
    /// <param name="energies">The energies of all states, in nats.</param>
    /// <param name="labels">Their labels.</param>
    /// <exception cref="InvalidInputException">The numbers of energies and labels differ.</exception>
    public static IReadOnlyList<LabelFigures> Of(IReadOnlyList<float> energies, StateLabels labels)
    {
        ArgumentNullException.ThrowIfNull(energies);
        ArgumentNullException.ThrowIfNull(labels);
        if (energies.Count != labels.Values.Count)
        {
            throw new InvalidInputException(
                $"There are {energies.Count} energies and {labels.Values.Count} labels; every state needs one.");
        }
        List<LabelFigures> figures = [];
        for (int level = 0; level < labels.Levels.Count; level++)
        {
            List<float> with = [], without = [];
            for (int i = 0; i < energies.Count; i++)
                (labels.Values[i] == level ? with : without).Add(energies[i]);
            if (with.Count == 0 || without.Count == 0)
                continue;
            double auroc = Auroc.Of([.. without], [.. with]);
            figures.Add(new LabelFigures(labels.Levels[level], with.Count, with.Average(e => (double)e), auroc));
        }
        return figures;
    }
}
