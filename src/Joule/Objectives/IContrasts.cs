namespace Joule.Objectives;

/// <summary>
/// An objective that contrasts data with negatives, which are states drawn from the model: it lowers the energy of the data and raises that
/// of the negatives. The sentinel has rules for such trainings.
/// </summary>
public interface IContrasts
{
    /// <summary>About the negatives and chains of the current attempt.</summary>
    Contrast Contrast { get; }
}

/// <summary>What the sentinel needs to know about data, negatives and chains.</summary>
/// <param name="EnergyRegularization">α of the energy regularisation, in 1/nat; 0: none.</param>
/// <param name="Persistent">Whether chains persist from update to update.</param>
/// <param name="NoiseMovement">
/// How far its noise alone would carry a chain in an update, in units of the state; 0 if chains need not move.
/// </param>
/// <param name="Width">The width of the states, in the same units.</param>
public readonly record struct Contrast(double EnergyRegularization, bool Persistent, double NoiseMovement, double Width = 1)
{
    /// <summary>Slots of the replay buffer; 0 without one.</summary>
    public int Slots { get; init; }

    /// <summary>Whether chains that should move make no steps.</summary>
    public bool HasNoSteps { get; init; }

    /// <summary>Whether chains start from the data at every update.</summary>
    public bool StartsFromData { get; init; }
}
