using Joule.Compute;
using Joule.Networks;

namespace Joule.Energies;

/// <summary>The training pass of a <see cref="LogitEnergy"/>: a weight of a state's energy becomes −w pₖ for each of its outputs.</summary>
internal sealed class LogitPass : IClassifierPass
{
    private readonly NetworkPass _pass;
    private readonly Device _device;
    private readonly DeviceBuffer _energies;
    private readonly float[] _logits;
    private readonly float[] _weights;
    private readonly EnergyProgram _sum;
    private int _count;

    /// <summary>Allocates it.</summary>
    public LogitPass(LogitEnergy energy, NetworkPass pass)
    {
        (Classes, _device, _pass) = (energy.Classes, energy.Device, pass);
        _energies = _device.Allocate(pass.Capacity);
        (_logits, _weights) = (new float[pass.Capacity * Classes], new float[pass.Capacity * Classes]);
        _sum = new EnergyProgram(this);
    }

    public int Classes { get; }

    public int Capacity => _pass.Capacity;

    public CancellationToken Cancellation
    {
        get => _pass.Cancellation;
        set => _pass.Cancellation = value;
    }

    public Rows ParameterGradient => _pass.ParameterGradient;

    public ReadOnlySpan<float> Logits => _logits.AsSpan(0, _count * Classes);

    public Rows Forward(Rows states, params ReadOnlySpan<DeviceProgram> before)
    {
        Rows logits = _pass.Forward(states, before);
        _count = states.Count;
        _sum.Prepare(logits);
        _device.Launch(_sum);
        _device.Download(logits, _logits.AsSpan(0, _count * Classes));
        return _energies.AsRows(Capacity, 1).Slice(0, _count);
    }

    public void Reverse(ReadOnlySpan<float> weights, params ReadOnlySpan<DeviceProgram> beside)
    {
        if (weights.Length != _count)
            throw new ArgumentException($"The pass holds {_count} states; it was given {weights.Length} weights.");
        Span<float> all = _weights.AsSpan(0, _count * Classes);
        all.Clear();
        for (int i = 0; i < _count; i++)
            Softmax.AddSlope(Logits.Slice(i * Classes, Classes), weights[i], all.Slice(i * Classes, Classes));
        _pass.Reverse(all, beside);
    }

    public void ReverseLogits(ReadOnlySpan<float> weights, params ReadOnlySpan<DeviceProgram> beside) => _pass.Reverse(weights, beside);

    public void Dispose()
    {
        _pass.Dispose();
        _energies.Dispose();
    }

    private sealed class EnergyProgram(LogitPass pass) : DeviceProgram
    {
        private Rows _logits;

        public override string Name => "the energies of a classifier";

        public override int Count => _logits.Count;

        public override int BlockRows => 64;

        public void Prepare(Rows logits) => _logits = logits;

        protected override void Run(int start, int count, int lane)
        {
            Rows energies = pass._energies.AsRows(pass.Capacity, 1);
            for (int i = start; i < start + count; i++)
                energies[i][0] = Softmax.Energy(_logits[i]);
        }
    }
}
