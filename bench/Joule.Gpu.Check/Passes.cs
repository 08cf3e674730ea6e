using Joule.Compute;
using Joule.Networks;

namespace Joule.Gpu.Check;

/// <summary>The passes of a case on a device: the same states and weights on every device.</summary>
internal sealed class Passes : IDisposable
{
    private readonly Device _device;
    private readonly Network _network;
    private readonly NetworkPass _pass;
    private readonly DeviceBuffer _memory;
    private readonly Rows _states;
    private readonly float[] _weights;

    public Passes(Device device, PassCase of, int most)
    {
        _device = device;
        _network = new Network(device, of.Input, of.Layers);
        _network.Initialize(1);
        _pass = _network.CreatePass(most);
        _memory = device.Allocate((long)most * of.Input.Length);
        _states = _memory.AsRows(most, of.Input.Length);
        device.Write(_states, (i, row) => new RandomStream(5, RandomPurpose.User, 0).FillUniform(row, (uint)i, 0, 1));
        _weights = new float[most];
        new RandomStream(6, RandomPurpose.User, 1).FillUniform(_weights, 0, -1, 1);
    }

    public IReadOnlyList<Parameter> Parameters => _network.Plan.Parameters;

    /// <summary>A pass over the first states, whose gradient is added. Returns the outputs.</summary>
    public float[] Run(int count)
    {
        float[] outputs = _device.Download(_pass.Forward(_states.Slice(0, count)));
        _pass.Reverse(_weights.AsSpan(0, count));
        return outputs;
    }

    public float[] Gradient() => _device.Download(_pass.ParameterGradient);

    /// <summary>Waits until the last pass is done, by reading one number of its gradient.</summary>
    public void Wait() => _device.Download(new Rows(_pass.ParameterGradient.Buffer, _pass.ParameterGradient.Offset, 1, 1));

    public void Dispose()
    {
        _pass.Dispose();
        _network.Dispose();
        _memory.Dispose();
    }
}
