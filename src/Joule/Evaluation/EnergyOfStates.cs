using Joule.Compute;
using Joule.Energies;
using Joule.States;

namespace Joule.Evaluation;

/// <summary>Evaluates any number of states in chunks, so that memory does not grow with their number.</summary>
public static class EnergyOfStates
{
    private const int ChunkRows = 512;
    private const int ChunkFloats = 1 << 22;

    /// <summary>The energies of all states of a set, in nats.</summary>
    /// <param name="device">The device.</param>
    /// <param name="energy">The energy.</param>
    /// <param name="states">The states.</param>
    /// <param name="progress">Receives the number of states done, after each chunk; may be null.</param>
    /// <param name="cancellation">Cancels between blocks of states.</param>
    /// <exception cref="DivergenceException">An energy is not finite.</exception>
    public static float[] Run(
        Device device,
        Energy energy,
        StateSet states,
        Action<int>? progress = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(states);
        return Run(device, energy, states.Count, states.Read, progress, cancellation);
    }

    /// <summary>The energies of n states, in nats.</summary>
    /// <param name="device">The device.</param>
    /// <param name="energy">The energy.</param>
    /// <param name="count">n, at least 1.</param>
    /// <param name="write">Writes each state, in order, on the calling thread.</param>
    /// <param name="progress">Receives the number of states done, after each chunk; may be null.</param>
    /// <param name="cancellation">Cancels between blocks of states.</param>
    /// <exception cref="DivergenceException">An energy is not finite.</exception>
    public static float[] Run(
        Device device,
        Energy energy,
        int count,
        RowWriter write,
        Action<int>? progress = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(energy);
        ArgumentNullException.ThrowIfNull(write);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        int width = energy.Space.Width, chunk = Math.Min(count, Math.Clamp(ChunkFloats / width, 1, ChunkRows));
        float[] energies = new float[count];
        using EnergyEvaluation evaluation = new(device, energy) { Cancellation = cancellation };
        using DeviceBuffer buffer = device.Allocate((long)chunk * width);
        for (int start = 0; start < count; start += chunk)
        {
            cancellation.ThrowIfCancellationRequested();
            Rows states = buffer.AsRows(chunk, width).Slice(0, Math.Min(chunk, count - start));
            int first = start;
            device.Write(states, (i, state) => write(first + i, state));
            evaluation.Run(states, energies, start);
            int bad = energies.AsSpan(start, states.Count).IndexOfAnyExceptInRange(float.MinValue, float.MaxValue);
            if (bad >= 0)
                throw new DivergenceException("energy of a state", 0, start + bad, energies[start + bad]);
            progress?.Invoke(start + states.Count);
        }
        return energies;
    }
}
