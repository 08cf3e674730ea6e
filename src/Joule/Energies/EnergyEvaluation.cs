using Joule.Compute;

namespace Joule.Energies;

/// <summary>Evaluates many states on all of a device's workers.</summary>
public sealed class EnergyEvaluation : IDisposable
{
    private readonly Device _device;
    private readonly EvaluationProgram _program;
    private DeviceBuffer? _values;

    /// <summary>Creates an evaluation; memory is allocated on first use.</summary>
    /// <param name="device">The device.</param>
    /// <param name="energy">The energy.</param>
    public EnergyEvaluation(Device device, Energy energy)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(energy);
        _device = device;
        _program = new EvaluationProgram(energy);
    }

    /// <summary>Cancels an evaluation between blocks of rows.</summary>
    public CancellationToken Cancellation
    {
        get => _program.Cancellation;
        init => _program.Cancellation = value;
    }

    /// <summary>Writes the energies of n rows to energies[first …].</summary>
    /// <param name="states">The rows.</param>
    /// <param name="energies">Receives the energies, in nats.</param>
    /// <param name="first">Index of the first energy.</param>
    public void Run(Rows states, float[] energies, int first = 0)
    {
        ArgumentNullException.ThrowIfNull(energies);
        Span<float> target = energies.AsSpan(first, states.Count);
        if ((_values?.Length ?? -1) < states.Count)
        {
            _values?.Dispose();
            _values = _device.Allocate(states.Count);
        }
        Rows values = _values!.AsRows(states.Count, 1);
        _program.Prepare(states, values);
        _device.Launch(_program);
        _device.Download(values, target);
    }

    /// <summary>Frees the memory.</summary>
    public void Dispose() => _values?.Dispose();
}
