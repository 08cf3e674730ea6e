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

    /// <summary>The energies of all states of a set, in nats.</summary>
    /// <param name="device">The device.</param>
    /// <param name="energy">The energy.</param>
    /// <param name="states">The states.</param>
    /// <param name="progress">Receives the number of states done; may be null.</param>
    /// <param name="cancellation">Cancels between rows.</param>
    /// <exception cref="InvalidInputException">A row has a missing value and the energy holds no tree.</exception>
    /// <exception cref="DivergenceException">An energy is not finite.</exception>
    public static float[] Run(Device device, Energy energy, StateSet states, Action<int>? progress = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(energy);
        ArgumentNullException.ThrowIfNull(states);
        int[] rows = [.. Enumerable.Range(0, states.Count).Where(states.HasMissing)];
        MissingColumns missing = new(energy, states.StateColumns, Draws);
        if (rows.Length > 0 && !missing.HasProposals)
        {
            throw new InvalidInputException($"{Counted.Of(rows.Length, states.Noun)} of {MessageText.Printable(states.Name)} "
                + "have missing values; to integrate over them takes an energy with a tree, as the preset anomaly has. Score them without "
                + "integration.");
        }
        int whole = states.Count - rows.Length;
        float[] energies = EnergyOfStates.Run(device, energy, states, n => progress?.Invoke(Math.Min(n, whole)), cancellation);
        missing.Run(device, states, rows, (i, draws) => energies[rows[i]] = (float)draws.FreeEnergy, n => progress?.Invoke(whole + n),
            cancellation);
        return energies;
    }
}
