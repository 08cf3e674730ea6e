using Joule.Compute;
using Joule.Energies;
using Joule.Samplers;
using Joule.States;

namespace Joule.Evaluation;

/// <summary>
/// Energies of rows of which some have missing values: −ln ∫ exp(−E) over the missing columns. The integral is estimated by importance
/// sampling from the tree of the energy (<see cref="MissingColumns"/>), with draws that depend on the row alone; for a tree by itself it is
/// exact unless two columns of levels are missing. Rows without missing values have their energy.
/// </summary>
public static class MarginalEnergies
{
    /// <summary>Draws for a row: an error of about 0.2 nats.</summary>
    public const int Draws = 64;

    internal const string NeedsTree =
        "integration takes an energy with a tree, as that of the preset anomaly. Score them without it.";

    /// <summary>The energies of all states of a set, in nats.</summary>
    /// <param name="device">The device.</param>
    /// <param name="energy">The energy.</param>
    /// <param name="states">The states.</param>
    /// <param name="progress">Receives the number of states done; may be null.</param>
    /// <param name="range">Which states: the first and their number, at least 1; null for all.</param>
    /// <param name="cancellation">Cancels between rows.</param>
    /// <exception cref="InvalidInputException">A row has a missing value and the energy holds no tree.</exception>
    /// <exception cref="DivergenceException">An energy is not finite.</exception>
    public static float[] Run(Device device, Energy energy, StateSet states, Action<int>? progress = null,
        (int First, int Count)? range = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(energy);
        ArgumentNullException.ThrowIfNull(states);
        (int first, int count) = range ?? (0, states.Count);
        int[] rows = [.. Enumerable.Range(first, count).Where(states.HasMissing)];
        MissingColumns missing = new(energy, states.StateColumns, Draws);
        if (rows.Length > 0 && !missing.HasProposals)
        {
            throw new InvalidInputException($"{Counted.Of(rows.Length, states.Noun)} of {MessageText.Printable(states.Name)} "
                + $"have missing values; {NeedsTree}");
        }
        int whole = count - rows.Length;
        float[] energies = EnergyOfStates.Run(device, energy, count, (i, state) => states.Read(first + i, state),
            n => progress?.Invoke(Math.Min(n, whole)), cancellation);
        missing.Run(device, states, rows, (i, draws) => energies[rows[i] - first] = (float)draws.FreeEnergy,
            n => progress?.Invoke(whole + n),
            cancellation);
        return energies;
    }
}
