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
    private readonly Rows _all;
    private Rows _rows;

    public Chains(Device device, ChainCase of, int most)
    {
        _device = device;
        Energy = of.Make(device);
        _sampler = of.Sampler.Create(Energy);
        _loop = new ChainLoop(device, Energy, most);
        _memory = device.Allocate((long)most * Energy.Space.Width);
        _all = _memory.AsRows(most, Energy.Space.Width);
    }

    public Energy Energy { get; }

    public void Start(int count)
    {
        _rows = _all.Slice(0, count);
        RandomStream start = new(5, RandomPurpose.SamplingStates, 0);
        _device.Write(_rows, (i, state) => Energy.Space.FillNoise(start, (uint)i, state));
    }

    public void Advance(int steps) => _loop.Run(_sampler, _rows, steps, new RandomStream(11, RandomPurpose.SamplingChains, 0));

    public Outcome End()
    {
        float[] evaluated = new float[_rows.Count];
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
        chains.Start(count);
        chains.Advance(steps);
        return chains.End();
    }
}
