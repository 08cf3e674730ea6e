namespace Joule.Objectives;

/// <summary>An objective's options that train the energy of data with noise, not of the data themselves.</summary>
public interface IBlursData
{
    /// <summary>The standard deviation of the noise that the energy means at temperature 1, in units of the state.</summary>
    float NoiseScale { get; }

    /// <summary>Whether noise is mirrored at the walls of the states; if not, the energy is trained beyond them too.</summary>
    bool Reflect { get; }
}
