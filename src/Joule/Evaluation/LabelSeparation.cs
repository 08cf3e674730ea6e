using Joule.States;

namespace Joule.Evaluation;

/// <summary>How the energy tells one label of a set from all others.</summary>
/// <param name="Label">The label.</param>
/// <param name="Count">States with it.</param>
/// <param name="MeanEnergy">Their mean energy, in nats.</param>
/// <param name="Auroc">The probability that a state with it has a higher energy than one without (ties count half): 1 where the energy
/// finds them all.</param>
public sealed record LabelFigures(string Label, int Count, double MeanEnergy, double Auroc);

/// <summary>Compares energies with labels, one against all others. No label is known to be the odd one: each has its figure.</summary>
public static class LabelSeparation
{
    /// <summary>The figures of every label that some states have and others have not.</summary>
    /// <param name="energies">The energies of all states, in nats.</param>
    /// <param name="labels">Their labels.</param>
    /// <exception cref="InvalidInputException">There are not as many of both.</exception>
    public static IReadOnlyList<LabelFigures> Of(ReadOnlySpan<float> energies, StateLabels labels)
    {
        ArgumentNullException.ThrowIfNull(labels);
        if (energies.Length != labels.Values.Count)
            throw new InvalidInputException($"There are {energies.Length} energies and {labels.Values.Count} labels; every state needs "
                + $"one.");
        List<LabelFigures> figures = [];
        for (int level = 0; level < labels.Levels.Count; level++)
        {
            List<float> with = [], without = [];
            for (int i = 0; i < energies.Length; i++)
                (labels.Values[i] == level ? with : without).Add(energies[i]);
            if (with.Count > 0 && without.Count > 0)
                figures.Add(new LabelFigures(labels.Levels[level], with.Count, with.Average(e => (double)e),
                    Auroc.Of([.. without], [.. with])));
        }
        return figures;
    }
}
