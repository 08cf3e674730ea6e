using Joule.Compute;

namespace Joule.Networks;

/// <summary>Gives a weight to every output of a network, given the outputs of some rows.</summary>
/// <param name="values">n rows of outputs.</param>
/// <param name="weights">Receives as many weights.</param>
internal delegate void OutputWeights(ReadOnlySpan<float> values, Span<float> weights);

/// <summary>
/// One thread's memory to evaluate a network and, if asked for, its gradient with respect to the state, block by block. No parameter
/// gradient is computed, and for values alone nothing is kept for reverse.
/// </summary>
internal sealed class GradientWorkspace(Network network) : IDisposable
{
    private readonly DeviceBuffer _scratch = network.Device.Allocate(network.Plan.ScratchLength);
    private Tape? _states;
    private Tape? _values;

    public void Run(Rows states, Rows values, Rows gradient, OutputWeights? weigh = null)
    {
        NetworkPlan plan = network.Plan;
        Tape tape = gradient.Count == 0 ? _values ??= NewTape(TapeUse.Values) : _states ??= NewTape(TapeUse.States);
        Rows scratch = _scratch.AsRows(1, plan.ScratchLength);
        for (int start = 0; start < states.Count; start += plan.BlockRows)
        {
            int count = Math.Min(plan.BlockRows, states.Count - start);
            tape.Input = states.Slice(start, count);
            tape.InputGradient = gradient.Count == 0 ? default : gradient.Slice(start, count);
            for (int o = 0; o < plan.Operations.Count; o++)
                plan.Operations[o].Forward(tape, network.Parameters, 0, count, scratch);
            tape.Value(plan.Output, 0, count).Span.CopyTo(values.Slice(start, count).Span);
            if (gradient.Count == 0)
                continue;
            Span<float> weights = tape.Gradient(plan.Output, 0, count).Span;
            if (weigh is null)
                weights.Fill(1);
            else
                weigh(values.Slice(start, count).Span, weights);
            for (int o = plan.Operations.Count - 1; o >= 0; o--)
                plan.Operations[o].Reverse(tape, 0, count, scratch);
        }
    }

    public void Dispose()
    {
        _states?.Dispose();
        _values?.Dispose();
        _scratch.Dispose();
    }

    private Tape NewTape(TapeUse use) => new(network.Plan, network.Device, network.Plan.BlockRows, use);
}
