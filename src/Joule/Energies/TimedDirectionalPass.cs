using Joule.Compute;

namespace Joule.Energies;

/// <summary>
/// The directional pass of E(x, t) at one t: that of the extended energy, on states followed by t, along directions that leave t alone.
/// </summary>
internal sealed class TimedDirectionalPass(IDirectionalPass pass, Device device, int width, float time)
    : TimedTrainingPass(pass, device, width, time), IDirectionalPass
{
    private readonly DeviceBuffer _directions = device.Allocate((long)pass.Capacity * (width + 1));
    private readonly ExtendProgram _direct = new(), _narrow = new();

    public int Order => pass.Order;

    public Rows ForwardAlong(Rows states, Rows directions, params ReadOnlySpan<DeviceProgram> before)
    {
        Rows extended = Extend(states, before);
        TimedRows.CheckBeside(directions, Extended.Count, Width);
        Add(_direct.Prepare(directions, Directions));
        return pass.ForwardAlong(extended, Directions, Before);
    }

    public void ReverseAlong(ReadOnlySpan<float> weights, params ReadOnlySpan<DeviceProgram> beside) => pass.ReverseAlong(weights, beside);

    /// <summary>Evaluates states and ∇ₓE, with a launch more than the extended energy's.</summary>
    /// <inheritdoc/>
    public Rows ForwardGradient(Rows states, Rows gradient, params ReadOnlySpan<DeviceProgram> before)
    {
        Rows extended = Extend(states, before);
        TimedRows.CheckBeside(gradient, Extended.Count, Width);
        Rows energies = pass.ForwardGradient(extended, Directions, Before);
        Device.Launch(_narrow.Prepare(Directions, gradient));
        return energies;
    }

    public void ReverseGradient(
        ReadOnlySpan<float> weights, Rows directions, ReadOnlySpan<DeviceProgram> before, ReadOnlySpan<DeviceProgram> beside)
    {
        TimedRows.CheckBeside(directions, Extended.Count, Width);
        BeginWith(before);
        Add(_direct.Prepare(directions, Directions));
        pass.ReverseGradient(weights, Directions, Before, beside);
    }

    public override void Dispose()
    {
        base.Dispose();
        _directions.Dispose();
    }

    private Rows Directions => _directions.AsRows(Capacity, Width + 1).Slice(0, Extended.Count);
}
