using Joule.Compute;
using Joule.Energies;
using Joule.States;

namespace Joule.Extension.Tests;

/// <summary>Options of <see cref="BowlEnergy"/>.</summary>
[Named("bowl", "half the squared distance from a point that is learned")]
public sealed record BowlOptions : EnergyOptions
{
    /// <summary>Stiffness of the bowl, 1 / variance.</summary>
    [Above(0)]
    public float Stiffness { get; init; } = 4;

    /// <inheritdoc/>
    public override Energy Create(Device device, StateSpace space) => new BowlEnergy(device, space, Stiffness);
}

/// <summary>E(x) = k‖x − m‖²/2, where m is learned.</summary>
public sealed class BowlEnergy(Device device, StateSpace space, float stiffness) : StateEnergy, ITrainable, IDisposable
{
    private readonly DeviceBuffer _middle = device.Allocate(space.Width);

    /// <inheritdoc/>
    public override StateSpace Space => space;

    /// <inheritdoc/>
    public Device Device => device;

    /// <inheritdoc/>
    public Rows Parameters => _middle.AsRows(1, space.Width);

    /// <inheritdoc/>
    public DeviceProgram CommitProgram { get; } = new Nothing();

    /// <inheritdoc/>
    public void Initialize(ulong seed) => _middle.Span.Clear();

    /// <inheritdoc/>
    public void Commit() { }

    /// <inheritdoc/>
    public ITrainingPass CreatePass(int capacity) => new Pass(this, capacity);

    /// <inheritdoc/>
    public void Dispose() => _middle.Dispose();

    /// <inheritdoc/>
    protected override float Evaluate(ReadOnlySpan<float> state)
    {
        double sum = 0;
        for (int i = 0; i < state.Length; i++)
            sum += Math.Pow(state[i] - _middle.Span[i], 2);
        return (float)(0.5 * stiffness * sum);
    }

    /// <inheritdoc/>
    protected override float Gradient(ReadOnlySpan<float> state, Span<float> gradient)
    {
        for (int i = 0; i < state.Length; i++)
            gradient[i] = stiffness * (state[i] - _middle.Span[i]);
        return Evaluate(state);
    }

    private sealed class Nothing : DeviceProgram
    {
        public override string Name => "commit of a bowl";

        public override int Count => 0;

        protected override void Run(int start, int count, int lane) { }
    }

    private sealed class Pass(BowlEnergy energy, int capacity) : ITrainingPass
    {
        private readonly DeviceBuffer _gradient = energy.Device.Allocate(energy.Space.Width), _energies = energy.Device.Allocate(capacity);
        private readonly float[] _slope = new float[energy.Space.Width];
        private Rows _states;

        public int Capacity => capacity;

        public CancellationToken Cancellation { get; set; }

        public Rows ParameterGradient => _gradient.AsRows(1, _gradient.Length);

        public Rows Forward(Rows states, params ReadOnlySpan<DeviceProgram> before)
        {
            energy.Device.Launch(before);
            Cancellation.ThrowIfCancellationRequested();
            _states = states;
            Rows energies = _energies.AsRows(capacity, 1).Slice(0, states.Count);
            ((Energy)energy).Evaluate(states, energies);
            return energies;
        }

        public void Reverse(ReadOnlySpan<float> weights, params ReadOnlySpan<DeviceProgram> beside)
        {
            for (int i = 0; i < weights.Length; i++)
            {
                energy.Gradient(_states[i], _slope);
                for (int j = 0; j < _slope.Length; j++)
                    _gradient.Span[j] -= weights[i] * _slope[j];
            }
            energy.Device.Launch(beside);
        }

        public void Dispose()
        {
            _gradient.Dispose();
            _energies.Dispose();
        }
    }
}
