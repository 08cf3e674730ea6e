using System.Runtime.InteropServices;
using Joule.Compute;

namespace Joule.Energies;

/// <summary>The training pass of E(x, t) at one t: that of the extended energy, on states followed by t.</summary>
internal class TimedTrainingPass(ITrainingPass pass, Device device, int width, float time) : ITrainingPass
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

    public Rows Forward(Rows states, params ReadOnlySpan<DeviceProgram> before) => pass.Forward(Extend(states, before), Before);

    public void Reverse(ReadOnlySpan<float> weights, params ReadOnlySpan<DeviceProgram> beside) => pass.Reverse(weights, beside);

    public virtual void Dispose()
    {
        pass.Dispose();
        _states.Dispose();
    }

    /// <summary>The device of the pass.</summary>
    protected Device Device => device;

    /// <summary>Floats of a state, without its time.</summary>
    protected int Width => width;

    /// <summary>The programs that run first in the next launch.</summary>
    protected ReadOnlySpan<DeviceProgram> Before => CollectionsMarshal.AsSpan(_before);

    /// <summary>The states of the last call with their time.</summary>
    protected Rows Extended { get; private set; }

    /// <summary>Begins a list of programs.</summary>
    protected void BeginWith(ReadOnlySpan<DeviceProgram> before)
    {
        _before.Clear();
        _before.AddRange(before);
    }

    /// <summary>Adds a program that runs after those before it.</summary>
    protected void Add(DeviceProgram program) => _before.Add(program);

    /// <summary>Begins a list of programs of which the last writes the states with their time.</summary>
    protected Rows Extend(Rows states, ReadOnlySpan<DeviceProgram> before)
    {
        TimedRows.Check(states, Capacity, width);
        Extended = _states.AsRows(Capacity, width + 1).Slice(0, states.Count);
        BeginWith(before);
        Add(_extend.Prepare(states, Extended, time));
        return Extended;
    }
}
