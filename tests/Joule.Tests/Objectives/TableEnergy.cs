using Joule.Compute;
using Joule.Energies;
using Joule.States;

namespace Joule.Tests.Objectives;

/// <summary>An energy of a few bits or spins with one parameter per state: E(x) = θ of the state. It can be any distribution.</summary>
internal sealed class TableEnergy : Energy, ITrainable, IDisposable
{
    private readonly DeviceBuffer _parameters;

    public TableEnergy(Device device, StateSpace space)
    {
        (Device, Space) = (device, space);
        _parameters = device.Allocate(1L << space.Width);
    }

    public override StateSpace Space { get; }

    public Device Device { get; }

    public Rows Parameters => _parameters.AsRows(1, _parameters.Length);

    public DeviceProgram CommitProgram { get; } = new TestProgram(0, (_, _) => { });

    public void Initialize(ulong seed) => _parameters.Span.Clear();

    public void Commit() { }

    public ITrainingPass CreatePass(int capacity) => new Pass(this, capacity);

    public static int Index(ReadOnlySpan<float> state)
    {
        int index = 0;
        for (int j = 0; j < state.Length; j++)
            index |= state[j] > 0 ? 1 << j : 0;
        return index;
    }

    public override void Evaluate(Rows states, Rows energies)
    {
        Check(states, energies);
        for (int i = 0; i < states.Count; i++)
            energies.Span[i] = Parameters.Span[Index(states[i])];
    }

    public void Dispose() => _parameters.Dispose();

    private sealed class Pass(TableEnergy energy, int capacity) : ITrainingPass
    {
        private readonly DeviceBuffer _gradient = energy.Device.Allocate(energy.Parameters.Length),
            _energies = energy.Device.Allocate(capacity);
        private Rows _states;

        public int Capacity => capacity;

        public CancellationToken Cancellation { get; set; }

        public Rows ParameterGradient => _gradient.AsRows(1, _gradient.Length);

        public Rows Forward(Rows states, params ReadOnlySpan<DeviceProgram> before)
        {
            energy.Device.Launch(before);
            _states = states;
            Rows energies = _energies.AsRows(capacity, 1).Slice(0, states.Count);
            energy.Evaluate(states, energies);
            return energies;
        }

        public void Reverse(ReadOnlySpan<float> weights, params ReadOnlySpan<DeviceProgram> beside)
        {
            for (int i = 0; i < weights.Length; i++)
                _gradient.Span[Index(_states[i])] += weights[i];
            energy.Device.Launch(beside);
        }

        public void Dispose()
        {
            _gradient.Dispose();
            _energies.Dispose();
        }
    }
}
