using Joule.Gpu.Plans;
using Joule.Gpu.Ptx;

namespace Joule.Gpu.Kernels;

/// <summary>The operations on values with tangents (<see cref="TangentStep"/>).</summary>
internal sealed partial class NetworkEmitter
{
    private void ForwardAlong(TangentStep step) => EachCell(step.Output.Plane, (chain, y, x, quad) =>
    {
        F32[][] read = [.. step.Reads.Select(use => Load(use.Value.Plane, chain, y, x, quad))];
        (F32[] values, F32[] tangents) = TangentCells.Forward(W, step, read);
        Store(step.Output.Plane, chain, y, x, quad, values);
        Store(step.Tangent.Plane, chain, y, x, quad, tangents);
    });

    // A gradient may lie where the value was, so all is read first.
    private void ReverseAlong(TangentStep step) => EachCell(step.Output.Plane, (chain, y, x, quad) =>
    {
        F32[][] read = [.. step.Reads.Select(use => Load(use.Value.Plane, chain, y, x, quad))];
        F32[] alpha = Load(step.Output.Gradient, chain, y, x, quad), beta = Load(step.Tangent.Gradient, chain, y, x, quad);
        F32[][] gradients = TangentCells.Reverse(W, step, read, alpha, beta);
        for (int i = gradients.Length - 1; i >= 0; i--)
            Give(step.Reads[i], chain, y, x, quad, gradients[i]);
    });
}
