using Joule.Compute;

namespace Joule.Energies;

/// <summary>Evaluates a chunk of states after another. The chunks of several streams overlap, on a device that can do that.</summary>
public sealed class EnergyStream : IDisposable
{
    private readonly DeviceBuffer _states, _energies;
    private readonly DeviceStream _stream;
    private readonly EvaluationProgram _program;
    private readonly int _width;

    /// <summary>Allocates memory for a chunk.</summary>
    /// <param name="device">The device.</param>
    /// <param name="energy">The energy.</param>
    /// <param name="rows">The most states of a chunk.</param>
    /// <param name="cancellation">Cancels between blocks of states.</param>
    public EnergyStream(Device device, Energy energy, int rows, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(energy);
        _width = energy.Space.Width;
        _program = new EvaluationProgram(energy) { Cancellation = cancellation };
        _states = device.Allocate((long)rows * _width);
        _energies = device.Allocate(rows);
        _stream = device.CreateStream();
    }

    /// <summary>Begins with a chunk, after <see cref="Finish"/> of the one before.</summary>
    /// <param name="count">Number of states.</param>
    /// <param name="write">Writes each state, in order, on the calling thread.</param>
    public void Begin(int count, RowWriter write)
    {
        Rows states = _states.AsRows(count, _width), energies = _energies.AsRows(count, 1);
        _program.Prepare(states, energies);
        _stream.Write(states, write);
        _stream.Launch(_program);
        _stream.Download(energies);
    }

    /// <summary>Waits for the chunk.</summary>
    /// <param name="energies">Receives its energies, in nats; as long as the chunk.</param>
    public void Finish(Span<float> energies) => _stream.Finish(energies);

    /// <summary>Waits until nothing is under way, and frees the memory.</summary>
    public void Dispose()
    {
        _stream.Dispose();
        _energies.Dispose();
        _states.Dispose();
    }
}
