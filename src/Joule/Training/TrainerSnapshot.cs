using Joule.Compute;
using Joule.Objectives;

namespace Joule.Training;

/// <summary>
/// A copy of everything that the next update of a <see cref="Trainer"/> needs. Its memory is taken once; to capture and to restore copies it and allocates
/// nothing.
/// </summary>
public sealed class TrainerSnapshot : IDisposable
{
    private readonly StateMemory[] _layout;
    private readonly DeviceBuffer[] _copies;

    /// <summary>Takes the memory. The snapshot is empty: capture into it, or read it from a file.</summary>
    /// <param name="device">Where the memory lies.</param>
    /// <param name="trainer">Whose state it shall hold.</param>
    public TrainerSnapshot(Device device, Trainer trainer)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(trainer);
        _layout = [.. trainer.State];
        _copies = [.. _layout.Select(m => DeviceBuffer.OnHost(m.Length))];
    }

    /// <summary>Updates made.</summary>
    public long Update { get; internal set; }

    /// <summary>Which attempt it belongs to, and how that differs from the configuration.</summary>
    public Mending Mending { get; internal set; } = Mending.None;

    /// <summary>Names and sizes of the blocks.</summary>
    internal IReadOnlyList<StateMemory> Layout => _layout;

    /// <summary>The copy of one block, as many words as the block has.</summary>
    internal Span<float> Words(int block) => _copies[block].Span;

    /// <summary>Frees the memory.</summary>
    public void Dispose()
    {
        foreach (DeviceBuffer copy in _copies)
            copy.Dispose();
    }

    internal void Take(IReadOnlyList<StateMemory> state)
    {
        for (int i = 0; i < Checked(state); i++)
            state[i].Read(Words(i));
    }

    internal void Give(IReadOnlyList<StateMemory> state)
    {
        for (int i = 0; i < Checked(state); i++)
            state[i].Write(Words(i));
    }

    private int Checked(IReadOnlyList<StateMemory> state)
    {
        bool same = state.Count == _layout.Length;
        for (int i = 0; same && i < _layout.Length; i++)
            same = state[i].Name == _layout[i].Name && state[i].Count == _layout[i].Count && state[i].Width == _layout[i].Width;
        return same ? _layout.Length : throw new InvalidInputException("The snapshot was made for a training of another network, optimiser or buffer.");
    }
}
