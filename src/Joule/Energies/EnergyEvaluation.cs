using Joule.Compute;

namespace Joule.Energies;

/// <summary>Evaluates many states on all of a device's workers.</summary>
public sealed class EnergyEvaluation(Device device, Energy energy) : IBlockWork, IDisposable
{
    private Rows _states;
    private DeviceBuffer? _values;

    /// <summary>Stops an evaluation between two blocks of rows.</summary>
    public CancellationToken Cancellation { get; init; }

    /// <summary>Writes the energies of n rows to energies[first …].</summary>
    /// <param name="states">The rows.</param>
    /// <param name="energies">Receives the energies, in nats.</param>
    /// <param name="first">Where the first one goes.</param>
    public void Run(Rows states, float[] energies, int first = 0)
    {
        ArgumentNullException.ThrowIfNull(energies);
        Span<float> target = energies.AsSpan(first, states.Count);
        if ((_values?.Length ?? -1) < states.Count)
        {
            _values?.Dispose();
            _values = device.Allocate(states.Count);
        }
        _states = states;
        device.Run(this, (states.Count + energy.BlockRows - 1) / energy.BlockRows);
        device.Download(_values!.AsRows(states.Count, 1), target);
    }

    /// <summary>Frees the memory.</summary>
    public void Dispose() => _values?.Dispose();

    void IBlockWork.Run(int block, int lane)
    {
        Cancellation.ThrowIfCancellationRequested();
        int start = block * energy.BlockRows, count = Math.Min(energy.BlockRows, _states.Count - start);
        energy.Evaluate(_states.Slice(start, count), _values!.AsRows(_states.Count, 1).Slice(start, count));
    }
}
