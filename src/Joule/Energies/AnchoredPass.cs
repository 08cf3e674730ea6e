using Joule.Compute;

namespace Joule.Energies;

/// <summary>
/// The training pass of an <see cref="AnchoredEnergy"/>: its network's, and the mixture's energies, which have no parameters.
/// </summary>
internal class AnchoredPass(AnchoredEnergy energy, ITrainingPass pass) : ITrainingPass
{
    private readonly BaseProgram _base = new(energy, pass);

    public int Capacity => pass.Capacity;

    public CancellationToken Cancellation
    {
        get => pass.Cancellation;
        set => pass.Cancellation = value;
    }

    public Rows ParameterGradient => pass.ParameterGradient;

    public Rows Forward(Rows states, params ReadOnlySpan<DeviceProgram> before) => AddBase(states, pass.Forward(states, before), default);

    public void Reverse(ReadOnlySpan<float> weights, params ReadOnlySpan<DeviceProgram> beside) => pass.Reverse(weights, beside);

    public virtual void Dispose() => pass.Dispose();

    /// <summary>Adds the mixture's part in a launch.</summary>
    /// <param name="states">The states.</param>
    /// <param name="energies">Energies, or energies and derivatives along directions.</param>
    /// <param name="beside">The gradient, or directions; no rows: energies alone.</param>
    protected Rows AddBase(Rows states, Rows energies, Rows beside)
    {
        _base.Prepare(states, energies, beside);
        energy.Device.Launch(_base);
        return energies;
    }

    private sealed class BaseProgram(AnchoredEnergy energy, ITrainingPass pass) : DeviceProgram
    {
        private Rows _states, _energies, _beside;

        public override string Name => "the energies of a blurred mixture";

        public override int Count => _states.Count;

        public override int BlockRows => FactorMixture.Block;

        public void Prepare(Rows states, Rows energies, Rows beside) => (_states, _energies, _beside) = (states, energies, beside);

        protected override void Run(int start, int count, int lane)
        {
            pass.Cancellation.ThrowIfCancellationRequested();
            Rows states = _states.Slice(start, count), energies = _energies.Slice(start, count);
            Rows beside = _beside.Count == 0 ? default : _beside.Slice(start, count);
            if (energies.Width == 1)
                energy.AddBase(states, energies, beside);
            else
                energy.AddBaseAlong(states, beside, energies);
        }
    }
}

/// <summary>The directional pass of an <see cref="AnchoredEnergy"/>, of order 1.</summary>
internal sealed class AnchoredDirectionalPass(AnchoredEnergy energy, IDirectionalPass pass) : AnchoredPass(energy, pass), IDirectionalPass
{
    public int Order => pass.Order;

    public Rows ForwardAlong(Rows states, Rows directions, params ReadOnlySpan<DeviceProgram> before) =>
        AddBase(states, pass.ForwardAlong(states, directions, before), directions);

    public void ReverseAlong(ReadOnlySpan<float> weights, params ReadOnlySpan<DeviceProgram> beside) => pass.ReverseAlong(weights, beside);

    /// <summary>Evaluates states and ∇ₓE, with a launch more than the network's.</summary>
    /// <inheritdoc/>
    public Rows ForwardGradient(Rows states, Rows gradient, params ReadOnlySpan<DeviceProgram> before) =>
        AddBase(states, pass.ForwardGradient(states, gradient, before), gradient);

    public void ReverseGradient(
        ReadOnlySpan<float> weights, Rows directions, ReadOnlySpan<DeviceProgram> before, ReadOnlySpan<DeviceProgram> beside) =>
        pass.ReverseGradient(weights, directions, before, beside);
}
