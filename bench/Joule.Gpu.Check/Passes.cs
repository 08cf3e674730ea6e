using Joule.Compute;
using Joule.Networks;

namespace Joule.Gpu.Check;

/// <summary>The passes of a case on a device: the same states and weights on every device.</summary>
internal sealed class Passes : IDisposable
{
    private readonly Device _device;
    private readonly Network _network;
    private readonly NetworkPass? _pass;
    private readonly DirectionalPass? _along;
    private readonly DeviceBuffer _memory;
    private readonly Rows _states, _slopes, _directions;
    private readonly float[] _weights;

    public Passes(Device device, PassCase of, int most)
    {
        _device = device;
        _network = new Network(device, of.Input, of.Layers);
        _network.Initialize(1);
        _along = of.IsAlong ? _network.CreatePass(most, 1) : null;
        _pass = of.IsAlong ? null : _network.CreatePass(most);
        _memory = device.Allocate(3L * most * of.Input.Length);
        Rows all = _memory.AsRows(3 * most, of.Input.Length);
        (_states, _slopes, _directions) = (all.Slice(0, most), all.Slice(most, most), all.Slice(2 * most, most));
        device.Write(_directions, (i, row) => new RandomStream(5, RandomPurpose.User, 2).FillUniform(row, (uint)i, -1, 1));
        device.Write(_states, (i, row) => new RandomStream(5, RandomPurpose.User, 0).FillUniform(row, (uint)i, 0, 1));
        _weights = new float[most];
        new RandomStream(6, RandomPurpose.User, 1).FillUniform(_weights, 0, -1, 1);
    }

    public IReadOnlyList<Parameter> Parameters => _network.Plan.Parameters;

    /// <summary>A pass over the first states, whose gradient is added. Returns the outputs.</summary>
    public float[] Run(int count)
    {
        Rows states = _states.Slice(0, count);
        if (_along is not null)
        {
            float[] values = _device.Download(_along.ForwardGradient(states, _slopes.Slice(0, count)));
            _along.ReverseGradient(_weights.AsSpan(0, count), _directions.Slice(0, count), [], []);
            return values;
        }
        float[] outputs = _device.Download(_pass!.Forward(states));
        _pass.Reverse(_weights.AsSpan(0, count));
        return outputs;
    }

    public float[] Gradient() => _device.Download(Total);

    /// <summary>Waits until the last pass is done, by reading one number of its gradient.</summary>
    public void Wait() => _device.Download(new Rows(Total.Buffer, Total.Offset, 1, 1));

    private Rows Total => _along?.ParameterGradient ?? _pass!.ParameterGradient;

    public void Dispose()
    {
        _pass?.Dispose();
        _along?.Dispose();
        _network.Dispose();
        _memory.Dispose();
    }
}
