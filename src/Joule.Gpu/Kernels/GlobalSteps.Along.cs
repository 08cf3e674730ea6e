using Joule.Gpu.Plans;
using Joule.Gpu.Ptx;

namespace Joule.Gpu.Kernels;

/// <summary>The operations on values with tangents (<see cref="TangentStep"/>).</summary>
internal sealed partial class GlobalSteps
{
    private GlobalLaunch ForwardAlong(TangentStep step) => Each("tangent", step.Output.Plane, cells => (w, chain, y, x, quad) =>
    {
        (F32[] values, F32[] tangents) = TangentCells.Forward(w, step, Read(cells, step, chain, y, x, quad));
        cells.Store(OperandKind.Values, step.Output, chain, y, x, quad, values);
        cells.Store(OperandKind.Values, step.Tangent, chain, y, x, quad, tangents);
    }, [.. step.Reads.Select(use => use.Value).Concat(step.Outputs).Select(value => (GlobalOperand?)Values(value))]);

    // A gradient may lie where the value was, so all is read first.
    private GlobalLaunch ReverseAlong(TangentStep step) => Each("tangent_back", step.Output.Plane, cells =>
    {
        foreach (PlanUse use in step.Reads)
            cells.PrepareGive(use);
        return (w, chain, y, x, quad) =>
        {
            F32[] alpha = cells.Load(OperandKind.Gradient, step.Output, chain, y, x, quad);
            F32[] beta = cells.Load(OperandKind.Gradient, step.Tangent, chain, y, x, quad);
            F32[][] gradients = TangentCells.Reverse(w, step, Read(cells, step, chain, y, x, quad), alpha, beta);
            for (int i = gradients.Length - 1; i >= 0; i--)
                cells.Give(step.Reads[i], chain, y, x, quad, gradients[i]);
        };
    }, [.. step.Reads.Select(use => (GlobalOperand?)Values(use.Value)), Gradient(step.Output), Gradient(step.Tangent)]);

    private static F32[][] Read(GlobalCells cells, TangentStep step, U32 chain, U32 y, U32 x, U32 quad) =>
        [.. step.Reads.Select(use => cells.Load(OperandKind.Values, use.Value, chain, y, x, quad))];
}
