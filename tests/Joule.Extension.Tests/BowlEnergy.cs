using Joule.Compute;
using Joule.Energies;
using Joule.States;

namespace Joule.Extension.Tests;

/// <summary>Options of <see cref="BowlEnergy"/>.</summary>
[Named("bowl", "half the squared distance from a learned point")]
public sealed record BowlOptions : EnergyOptions
{
    /// <summary>Stiffness of the bowl: 1 / variance.</summary>
    [Above(0)]
    public float Stiffness { get; init; } = 4;

    /// <inheritdoc/>
    public override Energy Create(Device device, StateSpace space) => new BowlEnergy(device, space, Stiffness);
}

/// <summary>E(x) = k‖x − m‖²/2 with a fixed stiffness k and a learned centre m.</summary>
public sealed class BowlEnergy(Device device, StateSpace space, float stiffness) : StateEnergy, ITrainable, IDisposable
{
    private readonly DeviceBuffer _centre = device.Allocate(space.Width);

    /// <inheritdoc/>
    public override StateSpace Space => space;

    /// <inheritdoc/>
    public Device Device => device;

    /// <inheritdoc/>
    public Rows Parameters => _centre.AsRows(1, space.Width);

    /// <summary>A program without work: a changed centre takes effect at once.</summary>
    public DeviceProgram CommitProgram { get; } = new NoCommit();

    /// <inheritdoc/>
    public void Initialize(ulong seed) => _centre.Span.Clear();

    /// <inheritdoc/>
    public void Commit() { }

    /// <inheritdoc/>
    public ITrainingPass CreatePass(int capacity) => new Pass(this, capacity);

    /// <inheritdoc/>
    public void Dispose() => _centre.Dispose();

    /// <inheritdoc/>
    protected override float Evaluate(ReadOnlySpan<float> state)
    {
        ReadOnlySpan<float> centre = _centre.Span;
        double sum = 0;
        for (int i = 0; i < state.Length; i++)
        {
            double distance = state[i] - centre[i];
            sum += distance * distance;
        }
        return (float)(0.5 * stiffness * sum);
    }

    /// <inheritdoc/>
    protected override float Gradient(ReadOnlySpan<float> state, Span<float> gradient)
    {
        ReadOnlySpan<float> centre = _centre.Span;
        for (int i = 0; i < state.Length; i++)
            gradient[i] = stiffness * (state[i] - centre[i]);
        return Evaluate(state);
    }

    private sealed class NoCommit : DeviceProgram
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
            // ∂E/∂m = −∇ₓE. The gradient is added to, never overwritten.
            Span<float> gradient = _gradient.Span;
            for (int i = 0; i < weights.Length; i++)
            {
                energy.Gradient(_states[i], _slope);
                for (int j = 0; j < _slope.Length; j++)
                    gradient[j] -= weights[i] * _slope[j];
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
