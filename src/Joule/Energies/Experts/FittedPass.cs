using Joule.Compute;

namespace Joule.Energies;

/// <summary>The training pass of an energy without parameters: it evaluates, and its gradient is empty.</summary>
internal sealed class FittedPass(Energy energy, Device device, Rows gradient, int capacity) : ITrainingPass
{
    private readonly DeviceBuffer _energies = device.Allocate(capacity);
    private readonly ForwardProgram _program = new(energy);
    private int _count = -1;

    public int Capacity => capacity;

    public CancellationToken Cancellation { get; set; }

    public Rows ParameterGradient => gradient;

    public Rows Forward(Rows states, params ReadOnlySpan<DeviceProgram> before)
    {
        if (states.Count > capacity)
            throw new ArgumentException($"{states.Count} states are too many for a pass of {capacity}.", nameof(states));
        Rows energies = _energies.AsRows(capacity, 1).Slice(0, states.Count);
        foreach (DeviceProgram program in before)
            device.Launch(program);
        _program.Prepare(states, energies, Cancellation);
        device.Launch(_program);
        _count = states.Count;
        return energies;
    }

    public void Reverse(ReadOnlySpan<float> weights, params ReadOnlySpan<DeviceProgram> beside)
    {
        if (weights.Length != _count)
            throw new ArgumentException($"There are {weights.Length} weights for {_count} states.", nameof(weights));
        foreach (DeviceProgram program in beside)
            device.Launch(program);
    }

    public void Dispose() => _energies.Dispose();

    private sealed class ForwardProgram(Energy energy) : DeviceProgram
    {
        private Rows _states, _energies;
        private CancellationToken _cancellation;

        public override string Name => "the energies of a pass";

        public override int Count => _states.Count;

        public override int BlockRows => energy.BlockRows;

        public void Prepare(Rows states, Rows energies, CancellationToken cancellation) =>
            (_states, _energies, _cancellation) = (states, energies, cancellation);

        protected override void Run(int start, int count, int lane)
        {
            _cancellation.ThrowIfCancellationRequested();
            energy.Evaluate(_states.Slice(start, count), _energies.Slice(start, count));
        }
    }
}
