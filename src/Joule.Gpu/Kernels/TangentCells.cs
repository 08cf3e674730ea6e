using Joule.Gpu.Plans;
using Joule.Gpu.Ptx;

namespace Joule.Gpu.Kernels;

/// <summary>What a <see cref="TangentStep"/> does to a cell; both ways of running a network share it.</summary>
internal static class TangentCells
{
    /// <summary>The cells of the output and of its tangent.</summary>
    /// <param name="w">The kernel.</param>
    /// <param name="step">The operation.</param>
    /// <param name="read">The cells of what it reads, in order.</param>
    public static (F32[] Values, F32[] Tangents) Forward(PtxWriter w, TangentStep step, F32[][] read)
    {
        if (step is not TangentPointwiseStep pointwise)
        {
            (F32[] a, F32[] b, F32[] alongA, F32[] alongB) = (read[0], read[1], read[2], read[3]);
            return (Cells.Pairs(a, b, w.Multiply), Add(w, Cells.Pairs(alongA, b, w.Multiply), a, alongB));
        }
        F32[] values = new F32[read[0].Length], tangents = new F32[read[0].Length];
        for (int c = 0; c < values.Length; c++)
        {
            (values[c], F32 slope) = PointwiseEmitter.Emit(w, pointwise.Function, pointwise.Parameter, read[0][c]);
            tangents[c] = w.Multiply(slope, read[1][c]);
        }
        return (values, tangents);
    }

    /// <summary>The gradients of all that the operation reads, in order.</summary>
    /// <param name="w">The kernel.</param>
    /// <param name="step">The operation.</param>
    /// <param name="read">The cells of what it reads, in order.</param>
    /// <param name="alpha">The gradient of the output's cell.</param>
    /// <param name="beta">The gradient of the tangent's cell.</param>
    public static F32[][] Reverse(PtxWriter w, TangentStep step, F32[][] read, F32[] alpha, F32[] beta)
    {
        if (step is not TangentPointwiseStep pointwise)
        {
            (F32[] a, F32[] b, F32[] alongA, F32[] alongB) = (read[0], read[1], read[2], read[3]);
            return
            [
                Add(w, Cells.Pairs(alpha, b, w.Multiply), beta, alongB), Add(w, Cells.Pairs(alpha, a, w.Multiply), beta, alongA),
                Cells.Pairs(beta, b, w.Multiply), Cells.Pairs(beta, a, w.Multiply),
            ];
        }
        F32[] ofValues = new F32[alpha.Length], ofTangents = new F32[alpha.Length];
        for (int c = 0; c < alpha.Length; c++)
        {
            (F32 slope, F32 curvature) = PointwiseCurves.Emit(w, pointwise.Function, pointwise.Parameter, read[0][c]);
            ofTangents[c] = w.Multiply(slope, beta[c]);
            ofValues[c] = w.MultiplyAdd(w.Multiply(curvature, read[1][c]), beta[c], w.Multiply(slope, alpha[c]));
        }
        return [ofValues, ofTangents];
    }

    // sum + x·y.
    private static F32[] Add(PtxWriter w, F32[] sum, F32[] x, F32[] y) =>
        [.. sum.Select((s, c) => w.MultiplyAdd(x[c], y[c], s))];
}
