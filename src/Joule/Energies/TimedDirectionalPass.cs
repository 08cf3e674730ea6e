using System.Runtime.InteropServices;
using Joule.Compute;

namespace Joule.Energies;

/// <summary>
/// The directional pass of E(x, t) at one t: that of the extended energy, on states followed by t, along directions that leave t alone.
/// </summary>
internal sealed class TimedDirectionalPass(IDirectionalPass pass, Device device, int width, float time) : IDirectionalPass
{
    private readonly DeviceBuffer _states = device.Allocate((long)pass.Capacity * (width + 1));
    private readonly DeviceBuffer _directions = device.Allocate((long)pass.Capacity * (width + 1));
    private readonly ExtendProgram _extend = new(), _direct = new(), _narrow = new();
    private readonly List<DeviceProgram> _before = [];
    private int _rows;

    public int Capacity => pass.Capacity;

    public int Order => pass.Order;

    public CancellationToken Cancellation
    {
        get => pass.Cancellation;
        set => pass.Cancellation = value;
    }

    public Rows ParameterGradient => pass.ParameterGradient;

    public Rows Forward(Rows states, params ReadOnlySpan<DeviceProgram> before) =>
        pass.Forward(Extend(states, before), CollectionsMarshal.AsSpan(_before));

    public void Reverse(ReadOnlySpan<float> weights, params ReadOnlySpan<DeviceProgram> beside) => pass.Reverse(weights, beside);

    public Rows ForwardAlong(Rows states, Rows directions, params ReadOnlySpan<DeviceProgram> before)
    {
        Rows extended = Extend(states, before);
        TimedRows.CheckBeside(directions, states);
        _before.Add(_direct.Prepare(directions, Directions));
        return pass.ForwardAlong(extended, Directions, CollectionsMarshal.AsSpan(_before));
    }

    public void ReverseAlong(ReadOnlySpan<float> weights, params ReadOnlySpan<DeviceProgram> beside) => pass.ReverseAlong(weights, beside);

    /// <summary>Evaluates states and ∇ₓE, with a launch more than the extended energy's.</summary>
    /// <inheritdoc/>
    public Rows ForwardGradient(Rows states, Rows gradient, params ReadOnlySpan<DeviceProgram> before)
    {
        Rows extended = Extend(states, before);
        TimedRows.CheckBeside(gradient, states);
        Rows energies = pass.ForwardGradient(extended, Directions, CollectionsMarshal.AsSpan(_before));
        device.Launch(_narrow.Prepare(Directions, gradient));
        return energies;
    }

    public void ReverseGradient(
        ReadOnlySpan<float> weights, Rows directions, ReadOnlySpan<DeviceProgram> before, ReadOnlySpan<DeviceProgram> beside)
    {
        if (directions.Count != _rows || directions.Width != width)
            TimedRows.CheckBeside(directions, _states.AsRows(_rows, width));
        _before.Clear();
        _before.AddRange(before);
        _before.Add(_direct.Prepare(directions, Directions));
        pass.ReverseGradient(weights, Directions, CollectionsMarshal.AsSpan(_before), beside);
    }

    public void Dispose()
    {
        pass.Dispose();
        _states.Dispose();
        _directions.Dispose();
    }

    private Rows Directions => _directions.AsRows(Capacity, width + 1).Slice(0, _rows);

    private Rows Extend(Rows states, ReadOnlySpan<DeviceProgram> before)
    {
        TimedRows.Check(states, Capacity, width);
        _rows = states.Count;
        Rows extended = _states.AsRows(Capacity, width + 1).Slice(0, _rows);
        _before.Clear();
        _before.AddRange(before);
        _before.Add(_extend.Prepare(states, extended, time));
        return extended;
    }
}
