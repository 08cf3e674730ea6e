using Joule.Compute;

namespace Joule.Networks;

/// <summary>One thread's memory to evaluate a network, and its gradient with respect to the state, block by block. No gradient of parameters is computed.</summary>
internal sealed class GradientWorkspace : IDisposable
{
    private readonly Network _network;
    private readonly Tape _tape;
    private readonly DeviceBuffer _scratch;

    public GradientWorkspace(Network network)
    {
        _network = network;
        _tape = new Tape(network.Plan, network.Device, network.Plan.BlockRows, overwrite: true);
        _scratch = network.Device.Allocate(network.Plan.ScratchLength);
    }

    public void Run(Rows states, Span<float> values, Rows gradient)
    {
        NetworkPlan plan = _network.Plan;
        Rows scratch = _scratch.AsRows(1, plan.ScratchLength);
        for (int start = 0; start < states.Count; start += plan.BlockRows)
        {
            int count = Math.Min(plan.BlockRows, states.Count - start);
            _tape.Input = states.Slice(start, count);
            _tape.InputGradient = gradient.Count == 0 ? default : gradient.Slice(start, count);
            for (int o = 0; o < plan.Operations.Count; o++)
                plan.Operations[o].Forward(_tape, _network.Parameters, 0, count, scratch);
            _tape.Value(plan.Output, 0, count).Span.CopyTo(values[start..]);
            if (gradient.Count == 0)
                continue;
            _tape.Gradient(plan.Output, 0, count).Span.Fill(1);
            for (int o = plan.Operations.Count - 1; o >= 0; o--)
                plan.Operations[o].Reverse(_tape, 0, count, scratch);
        }
    }

    public void Dispose()
    {
        _tape.Dispose();
        _scratch.Dispose();
    }
}
