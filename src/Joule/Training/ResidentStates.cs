using Joule.Compute;
using Joule.States;

namespace Joule.Training;

/// <summary>
/// The states of a set that a device keeps in its own memory. The host reads each state once, when it is used first; afterwards the device
/// copies it from there. Nothing is kept of a set that is larger than what the device gives (<see cref="Device.WordsForData"/>).
/// </summary>
/// <param name="device">The device.</param>
/// <param name="set">The set.</param>
internal sealed class ResidentStates(Device device, StateSet set) : IDisposable
{
    private readonly bool[] _isThere =
        (long)set.Count * set.Space.Width <= device.WordsForData ? new bool[set.Count] : [];

    private DeviceBuffer? _memory;
    private bool _hasNoRoom;

    /// <summary>Writes states that are all there.</summary>
    /// <param name="rows">The operations of the device.</param>
    /// <param name="which">The indices of the states.</param>
    /// <param name="to">Receives them.</param>
    /// <returns>Whether they were.</returns>
    public bool TryWrite(IRowOperations rows, ReadOnlySpan<int> which, Rows to)
    {
        if (_memory is null)
            return false;
        foreach (int index in which)
        {
            if (!_isThere[index])
                return false;
        }
        rows.Gather(All(_memory), which, to);
        return true;
    }

    /// <summary>Keeps states that the host has read.</summary>
    /// <param name="rows">The operations of the device.</param>
    /// <param name="from">The states, in the device's memory.</param>
    /// <param name="which">Their distinct indices.</param>
    public void Keep(IRowOperations rows, Rows from, ReadOnlySpan<int> which)
    {
        if (_isThere.Length == 0 || _hasNoRoom)
            return;
        try
        {
            _memory ??= device.Allocate((long)set.Count * set.Space.Width);
        }
        catch (JouleException)
        {
            // The training needs no such copy; without it the host reads on.
            _hasNoRoom = true;
            return;
        }
        rows.Scatter(from, All(_memory), which);
        foreach (int index in which)
            _isThere[index] = true;
    }

    /// <inheritdoc/>
    public void Dispose() => _memory?.Dispose();

    private Rows All(DeviceBuffer memory) => memory.AsRows(set.Count, set.Space.Width);
}
