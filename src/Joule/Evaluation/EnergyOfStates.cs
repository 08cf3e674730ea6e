using Joule.Compute;
using Joule.Energies;
using Joule.States;

namespace Joule.Evaluation;

/// <summary>Evaluates any number of states in chunks, so that memory does not grow with their number.</summary>
public static class EnergyOfStates
{
    /// <summary>The most states of a chunk.</summary>
    internal const int ChunkRows = 512;

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
        int chunk = Math.Min(count, Math.Clamp(ChunkFloats / energy.Space.Width, 1, ChunkRows)), chunks = (count + chunk - 1) / chunk;
        float[] energies = new float[count];
        EnergyStream[] streams = new EnergyStream[Math.Min(chunks, device.Streams)];
        int begun = 0, done = 0;
        try
        {
            for (int i = 0; i < streams.Length; i++)
                streams[i] = new EnergyStream(device, energy, chunk, cancellation);
            while (begun < chunks)
            {
                cancellation.ThrowIfCancellationRequested();
                int first = begun * chunk;
                Begin(streams[begun % streams.Length], Math.Min(chunk, count - first), (i, state) => write(first + i, state));
                begun++;
                // The host writes the next chunk while those before are under way.
                while (begun - done >= streams.Length)
                    Finish();
            }
            while (done < begun)
                Finish();
        }
        finally
        {
            foreach (EnergyStream? stream in streams)
                stream?.Dispose();
        }
        return energies;

        void Begin(EnergyStream stream, int rows, RowWriter writeRow)
        {
            try
            {
                stream.Begin(rows, writeRow);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                // What is wrong with an earlier chunk is said first, as if each were done before the next.
                while (done < begun)
                    Finish();
                throw;
            }
        }

        void Finish()
        {
            int start = done * chunk;
            Span<float> found = energies.AsSpan(start, Math.Min(chunk, count - start));
            streams[done++ % streams.Length].Finish(found);
            int bad = found.IndexOfAnyExceptInRange(float.MinValue, float.MaxValue);
            if (bad >= 0)
                throw new DivergenceException("energy of a state", 0, start + bad, found[bad]);
            progress?.Invoke(start + found.Length);
        }
    }
}
