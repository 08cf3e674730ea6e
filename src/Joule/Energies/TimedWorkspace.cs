using Joule.Compute;

namespace Joule.Energies;

/// <summary>
/// One thread's memory to evaluate states at given times, block by block: the states followed by their times, and the gradient of both.
/// </summary>
internal sealed class TimedWorkspace : IDisposable
{
    private readonly NetworkEnergy _energy;
    private readonly DeviceBuffer _memory;

    /// <summary>Allocates the memory.</summary>
    public TimedWorkspace(NetworkEnergy energy)
    {
        _energy = energy;
        _memory = energy.Device.Allocate((2L * energy.Space.Width + 1) * energy.BlockRows);
    }

    /// <summary>Evaluates states.</summary>
    /// <param name="states">n rows, without times.</param>
    /// <param name="times">Their times; empty: all have the same one.</param>
    /// <param name="time">That one.</param>
    /// <param name="energies">Receives n energies; no rows: they are not needed.</param>
    /// <param name="gradient">Receives n rows of ∇ₓE; no rows: energies alone.</param>
    public void Run(Rows states, ReadOnlySpan<double> times, float time, Rows energies, Rows gradient)
    {
        int rows = _energy.BlockRows, width = _energy.Space.Width;
        Rows extended = new(_memory, 0, rows, width), slopes = new(_memory, rows * width, rows, width),
            values = new(_memory, 2 * rows * width, rows, 1);
        for (int start = 0; start < states.Count; start += rows)
        {
            int count = Math.Min(rows, states.Count - start);
            Rows block = extended.Slice(0, count), to = energies.Count == 0 ? values.Slice(0, count) : energies.Slice(start, count);
            for (int i = 0; i < count; i++)
                ExtendProgram.Extend(states[start + i], times.IsEmpty ? time : (float)times[start + i], block[i]);
            if (gradient.Count == 0)
            {
                _energy.Evaluate(block, to);
                continue;
            }
            _energy.Gradient(block, to, slopes.Slice(0, count));
            for (int i = 0; i < count; i++)
                slopes[i][..^1].CopyTo(gradient[start + i]);
        }
    }

    public void Dispose() => _memory.Dispose();
}
