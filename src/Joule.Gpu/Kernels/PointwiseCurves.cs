using Joule.Compute;
using Joule.Gpu.Ptx;

namespace Joule.Gpu.Kernels;

/// <summary>
/// First and second derivatives of the pointwise functions in a kernel, with the values that a processor takes at the kinks of ReLU, leaky
/// ReLU and ELU.
/// </summary>
internal static class PointwiseCurves
{
    /// <summary>f′(x) and f″(x).</summary>
    /// <param name="w">The kernel.</param>
    /// <param name="function">The function.</param>
    /// <param name="parameter">Its parameter, if it has one.</param>
    /// <param name="x">The number.</param>
    public static (F32 Slope, F32 Curvature) Emit(PtxWriter w, PointwiseFunction function, float parameter, F32 x)
    {
        (F32 value, F32 slope) = PointwiseEmitter.Emit(w, function, parameter, x);
        return (slope, function switch
        {
            PointwiseFunction.Relu or PointwiseFunction.LeakyRelu => w.Constant(0f),
            PointwiseFunction.Square => w.Constant(2f),
            PointwiseFunction.Tanh => w.Multiply(w.Multiply(value, -2f), slope), // f″ = −2f·f′
            PointwiseFunction.Sigmoid => w.Multiply(slope, Tilt(w, value)), // σ″ = σ′·(1 − 2σ)
            PointwiseFunction.Softplus => Density(w, slope),
            PointwiseFunction.Silu => CurveSilu(w, x),
            PointwiseFunction.Elu => w.Select(w.Above(x, 0), w.Constant(0f), slope),
            _ => throw new InvalidInputException($"The GPU has no kernel for the second derivative of the function {function}."),
        });
    }

    // 2σ′ + xσ″ = σ′·(2 + x·(1 − 2σ)).
    private static F32 CurveSilu(PtxWriter w, F32 x)
    {
        F32 sigmoid = PointwiseEmitter.Sigmoid(w, x);
        return w.Multiply(Density(w, sigmoid), w.MultiplyAdd(x, Tilt(w, sigmoid), 2f));
    }

    // σ′ = σ·(1 − σ).
    private static F32 Density(PtxWriter w, F32 sigmoid) => w.Multiply(sigmoid, w.Subtract(w.Constant(1f), sigmoid));

    private static F32 Tilt(PtxWriter w, F32 sigmoid) => w.MultiplyAdd(sigmoid, -2f, 1f);
}
