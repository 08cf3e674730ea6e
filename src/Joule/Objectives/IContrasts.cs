namespace Joule.Objectives;

/// <summary>
/// An objective that contrasts data with negatives, states drawn from the model: it lowers the energy of the first and raises that of the
/// second. The sentinel has rules
/// for such trainings alone.
/// </summary>
public interface IContrasts
{
    /// <summary>What is to be known of negatives and chains, as the objective goes on now.</summary>
    Contrast Contrast { get; }
}

/// <summary>What the sentinel has to know of a training that contrasts data with negatives.</summary>
/// <param name="EnergyRegularization">α, by which energies are tied to 0, in 1/nat; 0 where they are not.</param>
/// <param name="Persistent">Whether chains live on from update to update.</param>
/// <param name="NoiseMovement">How far a chain's noise alone would carry it in an update, in units of the state: above 0, or 0 where chains
/// need not move.</param>
/// <param name="Width">How wide the states are, in the same units.</param>
public readonly record struct Contrast(double EnergyRegularization, bool Persistent, double NoiseMovement, double Width = 1)
{
    /// <summary>Slots of the buffer that chains live in; 0 where there is none.</summary>
    public int Slots { get; init; }

    /// <summary>Whether chains that should move make no step at all.</summary>
    public bool HasNoSteps { get; init; }

    /// <summary>Whether chains start from the data at every update.</summary>
    public bool StartsFromData { get; init; }
}
