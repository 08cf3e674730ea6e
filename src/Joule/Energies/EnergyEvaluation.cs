using Joule.Compute;

namespace Joule.Energies;

/// <summary>Evaluates many states on all of a device's workers.</summary>
public sealed class EnergyEvaluation(Device device, Energy energy) : IBlockWork
{
    private Rows _states;
    private float[] _energies = [];
    private int _first;

    /// <summary>Stops an evaluation between two blocks of rows.</summary>
    public CancellationToken Cancellation { get; init; }

    /// <summary>Writes the energies of n rows to energies[first …].</summary>
    /// <param name="states">The rows.</param>
    /// <param name="energies">Receives the energies, in nats.</param>
    /// <param name="first">Where the first one goes.</param>
    public void Run(Rows states, float[] energies, int first = 0)
    {
        ArgumentNullException.ThrowIfNull(energies);
        _states = states;
        _energies = energies;
        _first = first;
        device.Run(this, (states.Count + energy.BlockRows - 1) / energy.BlockRows);
    }

    void IBlockWork.Run(int block, int lane)
    {
        Cancellation.ThrowIfCancellationRequested();
        int start = block * energy.BlockRows, count = Math.Min(energy.BlockRows, _states.Count - start);
        energy.Evaluate(_states.Slice(start, count), _energies.AsSpan(_first + start, count));
    }
}
