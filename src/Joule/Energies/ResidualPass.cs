using Joule.Compute;
using Joule.Networks;

namespace Joule.Energies;

/// <summary>
/// The training pass of a <see cref="ResidualEnergy"/>: E and ∇θE, where only the network has parameters θ. A weight of a state becomes
/// that of its network's value by the slope of the bound, 1 − tanh²(g/b).
/// </summary>
internal sealed class ResidualPass : ITrainingPass
{
    private readonly ResidualEnergy _energy;
    private readonly NetworkPass _pass;
    private readonly DeviceBuffer _energies;
    private readonly float[] _values;
    private readonly float[] _weights;
    private readonly SumProgram _sum;
    private int _count;

    /// <summary>Allocates it.</summary>
    public ResidualPass(ResidualEnergy energy, NetworkPass pass)
    {
        (_energy, _pass) = (energy, pass);
        _energies = energy.Device.Allocate(pass.Capacity);
        (_values, _weights) = (new float[pass.Capacity], new float[pass.Capacity]);
        _sum = new SumProgram(this);
    }

    /// <inheritdoc/>
    public int Capacity => _pass.Capacity;

    /// <inheritdoc/>
    public CancellationToken Cancellation
    {
        get => _pass.Cancellation;
        set => _pass.Cancellation = value;
    }

    /// <inheritdoc/>
    public Rows ParameterGradient => _pass.ParameterGradient;

    /// <inheritdoc/>
    public Rows Forward(Rows states, params ReadOnlySpan<DeviceProgram> before)
    {
        Rows values = _pass.Forward(states, before);
        _count = states.Count;
        _sum.Prepare(states, values);
        _energy.Device.Launch(_sum);
        _energy.Device.Download(values, _values);
        return _energies.AsRows(Capacity, 1).Slice(0, _count);
    }

    /// <inheritdoc/>
    public void Reverse(ReadOnlySpan<float> weights, params ReadOnlySpan<DeviceProgram> beside)
    {
        if (weights.Length != _count)
            throw new ArgumentException($"The pass holds {_count} states; it was given {weights.Length} weights.");
        for (int i = 0; i < _count; i++)
        {
            double share = Math.Tanh(_values[i] / _energy.Bound);
            _weights[i] = (float)(weights[i] * (1 - share * share));
        }
        _pass.Reverse(_weights.AsSpan(0, _count), beside);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _pass.Dispose();
        _energies.Dispose();
    }

    private sealed class SumProgram(ResidualPass pass) : DeviceProgram
    {
        private Rows _states;
        private Rows _values;

        public override string Name => "the energies of a mixture and its correction";

        public override int Count => _states.Count;

        public override int BlockRows => FactorMixture.Block;

        public void Prepare(Rows states, Rows values) => (_states, _values) = (states, values);

        protected override void Run(int start, int count, int lane)
        {
            pass.Cancellation.ThrowIfCancellationRequested();
            Rows energies = pass._energies.AsRows(pass.Capacity, 1).Slice(start, count);
            pass._energy.Base(_states.Slice(start, count), energies);
            Span<float> sums = energies.Span, values = _values.Slice(start, count).Span;
            for (int i = 0; i < count; i++)
                sums[i] += pass._energy.Bounded(values[i]);
        }
    }
}
