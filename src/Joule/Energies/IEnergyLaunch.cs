using Joule.Compute;

namespace Joule.Energies;

/// <summary>An evaluation of states as a device sees it that does not run its body but a kernel of its own.</summary>
public interface IEnergyLaunch
{
    /// <summary>The energy; null if gradients are wanted, too.</summary>
    Energy? Energy { get; }

    /// <summary>The states.</summary>
    Rows States { get; }

    /// <summary>Receives their energies.</summary>
    Rows Energies { get; }
}
