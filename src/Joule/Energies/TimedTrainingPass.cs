using System.Runtime.InteropServices;
using Joule.Compute;

namespace Joule.Energies;

/// <summary>The training pass of E(x, t) at one t: that of the extended energy, on states followed by t.</summary>
internal sealed class TimedTrainingPass(ITrainingPass pass, Device device, int width, float time) : ITrainingPass
{
    private readonly DeviceBuffer _states = device.Allocate((long)pass.Capacity * (width + 1));
    private readonly ExtendProgram _extend = new();
    private readonly List<DeviceProgram> _before = [];

    public int Capacity => pass.Capacity;

    public CancellationToken Cancellation
    {
        get => pass.Cancellation;
        set => pass.Cancellation = value;
    }

    public Rows ParameterGradient => pass.ParameterGradient;

    public Rows Forward(Rows states, params ReadOnlySpan<DeviceProgram> before)
    {
        TimedRows.Check(states, Capacity, width);
        Rows extended = _states.AsRows(Capacity, width + 1).Slice(0, states.Count);
        _before.Clear();
        _before.AddRange(before);
        _before.Add(_extend.Prepare(states, extended, time));
        return pass.Forward(extended, CollectionsMarshal.AsSpan(_before));
    }

    public void Reverse(ReadOnlySpan<float> weights, params ReadOnlySpan<DeviceProgram> beside) => pass.Reverse(weights, beside);

    public void Dispose()
    {
        pass.Dispose();
        _states.Dispose();
    }
}
