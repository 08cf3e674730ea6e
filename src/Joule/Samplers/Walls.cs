namespace Joule.Samplers;

/// <summary>What a sampler does at the walls of a domain.</summary>
public enum Walls
{
    /// <summary>A position beyond a wall is mirrored back. All numbers share the walls: two, one or none.</summary>
    Reflect,

    /// <summary>
    /// The sampler walks in unconstrained numbers, which a <see cref="Joule.Energies.TransformedEnergy"/> maps to the domain. Every number
    /// may have its own walls, two, one or none.
    /// </summary>
    Transform,
}
