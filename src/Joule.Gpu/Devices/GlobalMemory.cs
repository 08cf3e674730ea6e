using Joule.Gpu.Driver;
using Joule.Gpu.Kernels;
using Joule.Gpu.Plans;

namespace Joule.Gpu.Devices;

/// <summary>The values, gradients and slopes of a plan in a GPU's memory, for some chains. Borders of planes are zero.</summary>
/// <param name="engine">The GPU.</param>
/// <param name="plan">The plan.</param>
internal sealed class GlobalMemory(IGpuEngine engine, KernelPlan plan) : IDisposable
{
    private const int Aligned = 64; // floats

    private readonly Dictionary<GlobalOperand, long> _floats = [];
    private readonly GpuScratch _partials = new(engine, "the sums of a product's parts");
    private ulong _address;

    /// <summary>Chains that there is room for.</summary>
    public int Chains { get; private set; }

    /// <summary>Bytes of one chain.</summary>
    public long BytesOfChain { get; } = sizeof(float) * Operands(plan).Sum(o => (long)o.Floats);

    /// <summary>Makes room for some chains.</summary>
    /// <exception cref="GpuException">There is too little memory.</exception>
    public void Fit(int chains)
    {
        if (chains <= Chains)
            return;
        Free();
        long floats = 0;
        foreach ((GlobalOperand operand, int each) in Operands(plan))
        {
            _floats[operand] = floats;
            floats += ((long)each * chains + Aligned - 1) / Aligned * Aligned;
        }
        // Fresh memory is zero, and kernels write no border.
        _address = engine.Allocate(floats, $"the values of a network for {chains:N0} chains");
        Chains = chains;
    }

    /// <summary>The address of an operand that is not a part of weights or states.</summary>
    public ulong Of(GlobalOperand operand)
    {
        if (operand is { Kind: OperandKind.Gradient, Value.HasOwnGradient: false })
            operand = operand with { Kind = OperandKind.Values };
        return _address + (ulong)_floats[operand] * sizeof(float);
    }

    /// <summary>The address of memory for the sums of a product's parts.</summary>
    public ulong Partials(long floats) => _partials.Take(checked((int)floats)).Bits;

    /// <inheritdoc/>
    public void Dispose()
    {
        Free();
        _partials.Dispose();
    }

    private static IEnumerable<(GlobalOperand Operand, int Floats)> Operands(KernelPlan plan)
    {
        yield return (new GlobalOperand(OperandKind.Energies), 1);
        foreach (PlanValue value in plan.Values)
        {
            yield return (new GlobalOperand(OperandKind.Values, value), value.Plane.Floats);
            if (value.HasOwnGradient && value.NeedsGradient)
                yield return (new GlobalOperand(OperandKind.Gradient, value), value.Gradient.Floats);
        }
        foreach (PlanStep step in plan.Steps)
        {
            if (step.Output.NeedsGradient && (step is PointwiseStep || step.Output.Function is not null))
                yield return (new GlobalOperand(OperandKind.Slopes, step.Output), step.Output.Plane.InnerFloats);
        }
    }

    private void Free()
    {
        ulong address = _address;
        (_address, Chains) = (0, 0);
        _floats.Clear();
        if (address != 0)
            engine.Free(address);
    }
}
