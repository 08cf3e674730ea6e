using Joule.Compute;
using Joule.States;

namespace Joule.Training;

/// <summary>
/// Writes the data of an update: states of the training set in the order of their epoch, with noise if the options say so.
/// </summary>
/// <param name="setup">The setup of the training.</param>
/// <param name="order">The order of the states in the current epoch.</param>
internal sealed class BatchWork(TrainerSetup setup, int[] order) : DeviceProgram, IRowWork, IDisposable
{
    private readonly ResidentStates _resident = new(setup.Device, setup.Train);
    private Rows _data;
    private int _position;
    private RandomStream _noise;

    /// <inheritdoc/>
    public override string Name => "the data of an update";

    /// <inheritdoc/>
    public override int Count => _data.Count;

    /// <inheritdoc/>
    public override int BlockRows => 16;

    /// <summary>Sets what the next launch writes.</summary>
    /// <param name="data">Receives the states.</param>
    /// <param name="position">Place of the first state in the order.</param>
    /// <param name="noise">The draws of the noise.</param>
    public void Prepare(Rows data, int position, in RandomStream noise) => (_data, _position, _noise) = (data, position, noise);

    /// <inheritdoc/>
    public void Describe(IRowOperations rows)
    {
        ReadOnlySpan<int> which = order.AsSpan(_position, _data.Count);
        if (!_resident.TryWrite(rows, which, _data))
        {
            rows.Device.Write(_data, (i, state) =>
            {
                setup.Train.Read(order[_position + i], state);
                CheckFinite(i, state);
            });
            _resident.Keep(rows, _data, which);
        }
        if (setup.Options.DataNoise == 0)
            return;
        StateSpace space = setup.Train.Space;
        rows.AddNoise(_data, setup.Options.DataNoise, space.Low, space.High, _noise, 0);
        if (space.Domain == Domain.Mixed)
            rows.Clamp(_data, [.. space.Columns!.Select(c => c.Low)], [.. space.Columns!.Select(c => c.High)]);
    }

    /// <inheritdoc/>
    public void Dispose() => _resident.Dispose();

    /// <inheritdoc/>
    protected override void Run(int start, int count, int lane)
    {
        int end = start + count;
        for (int i = start; i < end; i++)
            setup.Train.Read(order[_position + i], _data[i]);
        if (setup.Options.DataNoise > 0)
        {
            StateSpace space = setup.Train.Space;
            Kernels.AddNoise(_data.Slice(start, end - start), setup.Options.DataNoise, space.Low, space.High, _noise, (uint)start);
            // Each column may have its own walls.
            for (int i = start; i < end && space.Domain == Domain.Mixed; i++)
                space.Clamp(_data[i]);
        }
        for (int i = start; i < end; i++)
            CheckFinite(i, _data[i]);
    }

    private void CheckFinite(int row, ReadOnlySpan<float> state)
    {
        if (!setup.Train.IsAlwaysFinite && state.ContainsAnyExceptInRange(float.MinValue, float.MaxValue))
            throw NotFinite(setup.Train, order[_position + row], state);
    }

    // A rollback does not help: the same state would come again.
    private static InvalidInputException NotFinite(StateSet set, int index, ReadOnlySpan<float> state)
    {
        int at = 0;
        while (at < state.Length - 1 && float.IsFinite(state[at]))
            at++;
        return new InvalidInputException($"Training {set.Noun} {index} of {set.Name} holds {state[at]} ({set.Place(at)}); "
            + $"every number of a state must be finite. Repair or remove that {set.Noun}.");
    }
}
