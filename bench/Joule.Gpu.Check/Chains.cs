using Joule.Compute;
using Joule.Energies;
using Joule.Samplers;

namespace Joule.Gpu.Check;

/// <summary>The chains of a case on a device. They start from the same states on every device.</summary>
internal sealed class Chains : IDisposable
{
    private readonly Device _device;
    private readonly ChainLoop _loop;
    private readonly DeviceBuffer _memory;
    private readonly Sampler _sampler;
    private readonly Rows _rows;
    private readonly int _count;

    public Chains(Device device, ChainCase of, int count)
    {
        (_device, _count) = (device, count);
        Energy = of.Make(device);
        _sampler = of.Sampler.Create(Energy);
        _loop = new ChainLoop(device, Energy, count);
        _memory = device.Allocate((long)count * Energy.Space.Width);
        _rows = _memory.AsRows(count, Energy.Space.Width);
    }

    public Energy Energy { get; }

    public void Start()
    {
        RandomStream start = new(5, RandomPurpose.SamplingStates, 0);
        _device.Write(_rows, (i, state) => Energy.Space.FillNoise(start, (uint)i, state));
    }

    public void Advance(int steps) => _loop.Run(_sampler, _rows, steps, new RandomStream(11, RandomPurpose.SamplingChains, 0));

    public Outcome End()
    {
        float[] evaluated = new float[_count];
        Energy.Evaluate(_rows, evaluated);
        return new Outcome(
            _device.Download(_rows), _loop.Energies.ToArray(), _loop.SquaredNorms.ToArray(), evaluated, _loop.Accepted.ToArray());
    }

    public void Dispose()
    {
        _loop.Dispose();
        _memory.Dispose();
        (Energy as IDisposable)?.Dispose();
    }
}

/// <summary>What chains tell.</summary>
internal sealed record Outcome(float[] States, float[] Energies, float[] Norms, float[] Evaluated, int[] Accepted)
{
    public static Outcome Of(Device device, ChainCase of, int count, int steps)
    {
        using Chains chains = new(device, of, count);
        chains.Start();
        chains.Advance(steps);
        return chains.End();
    }
}
