using Joule.Compute;
using Joule.States;

namespace Joule.Samplers;

/// <summary>
/// States of persistent chains between the updates of a model (Tieleman 2008; for images Du and Mordatch 2019). A chain is read from a
/// slot, advanced, and written back to the same slot.
/// </summary>
public sealed class ReplayBuffer : IDisposable
{
    private readonly Device _device;
    private readonly DeviceBuffer _states;
    private readonly int[] _ages;
    private readonly int[] _lastUse;
    private readonly int[] _filled = new int[1]; // an array, so that it can be a StateMemory
    private int _uses;

    /// <summary>Allocates slots, of which the first <paramref name="filled"/> hold noise of the domain.</summary>
    public ReplayBuffer(Device device, StateSpace space, int slots, int filled, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(space);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(slots);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(filled, slots);
        _device = device;
        Slots = slots;
        _filled[0] = filled;
        _states = device.Allocate((long)slots * space.Width);
        _ages = new int[slots];
        _lastUse = new int[slots];
        States = _states.AsRows(slots, space.Width);
        RandomStream stream = new(seed, RandomPurpose.FreshStates, 0);
        device.Write(States.Slice(0, filled), (i, state) => space.FillNoise(stream, (uint)i, state));
    }

    /// <summary>Number of slots.</summary>
    public int Slots { get; }

    /// <summary>Slots that hold a chain.</summary>
    public int Filled => _filled[0];

    /// <summary>All slots, one row each; rows from <see cref="Filled"/> on are empty.</summary>
    public Rows States { get; }

    /// <summary>Steps of each slot's chain since it started from noise.</summary>
    public ReadOnlySpan<int> Ages => _ages;

    /// <summary>All state of the buffer that the next update needs: states, ages and the number of filled slots.</summary>
    public IReadOnlyList<StateMemory> State =>
        [new("buffer.states", States), new("buffer.ages", _ages, int.MaxValue), new("buffer.filled", _filled, Slots)];

    /// <summary>
    /// Draws distinct slots for a batch of chains. A fresh chain gets an empty slot while there are any; the slot counts as filled once it
    /// is stored. If a slot is drawn twice, the second chain takes the next free one. Every slot is still equally likely, but in a buffer
    /// little larger than the batch, neighbouring slots are often drawn together.
    /// </summary>
    /// <param name="draws">The draws of this batch.</param>
    /// <param name="freshShare">Probability that a chain starts afresh.</param>
    /// <param name="slots">Receives one slot per chain.</param>
    /// <param name="fresh">Receives whether each chain starts afresh.</param>
    public void Choose(RandomStream draws, float freshShare, Span<int> slots, Span<bool> fresh)
    {
        if (slots.Length > Slots)
        {
            throw new InvalidInputException($"A batch of {slots.Length} chains does not fit into a buffer of {Slots} slots. "
                + "Make the buffer larger than the batch.");
        }
        _uses++;
        int filled = Filled, end = Filled;
        for (int i = 0; i < slots.Length; i++)
        {
            fresh[i] = draws.Uniform(0, 3L * i) < freshShare || i >= filled;
            if (fresh[i] && end < Slots)
            {
                slots[i] = end++;
                _lastUse[slots[i]] = _uses;
                continue;
            }
            int slot = Slot(draws, i, filled);
            while (_lastUse[slot] == _uses)
                slot = slot + 1 == end ? 0 : slot + 1;
            _lastUse[slot] = _uses;
            slots[i] = slot;
        }
    }

    /// <summary>Writes a chain back to its slot.</summary>
    public void Store(int slot, ReadOnlySpan<float> state, bool fresh, int steps)
    {
        _device.Upload(state, States.Slice(slot, 1));
        Note(slot, fresh, steps);
    }

    /// <summary>Records the age of a chain whose state was written to its slot.</summary>
    public void Note(int slot, bool fresh, int steps)
    {
        _filled[0] = Math.Max(Filled, slot + 1);
        _ages[slot] = fresh ? steps : _ages[slot] + steps;
    }

    /// <summary>Frees the memory.</summary>
    public void Dispose() => _states.Dispose();

    private static int Slot(RandomStream draws, int chain, int filled) => draws.Integer(filled, 1, chain);
}
