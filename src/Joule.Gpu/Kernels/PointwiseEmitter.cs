using Joule.Compute;
using Joule.Gpu.Ptx;

namespace Joule.Gpu.Kernels;

/// <summary>The pointwise functions of networks in a kernel.</summary>
internal static class PointwiseEmitter
{
    private const float Log2OfE = 1.44269504f, LnOf2 = 0.693147182f;

    /// <summary>f(x) and f′(x).</summary>
    /// <param name="w">The kernel.</param>
    /// <param name="function">The function; null is the identity.</param>
    /// <param name="parameter">Its parameter, if it has one.</param>
    /// <param name="x">The number.</param>
    public static (F32 Value, F32 Slope) Emit(PtxWriter w, PointwiseFunction? function, float parameter, F32 x)
    {
        switch (function)
        {
            case null:
                return (x, w.Constant(1f));
            case PointwiseFunction.Relu or PointwiseFunction.LeakyRelu:
                F32 below = w.Constant(function == PointwiseFunction.Relu ? 0 : parameter);
                F32 kink = w.Select(w.Above(x, 0), w.Constant(1f), below);
                return (w.Multiply(x, kink), kink);
            case PointwiseFunction.Silu:
                F32 s = Sigmoid(w, x);
                return (w.Multiply(x, s), w.Multiply(s, w.MultiplyAdd(x, w.Subtract(w.Constant(1f), s), 1f)));
            case PointwiseFunction.Sigmoid:
                F32 sigmoid = Sigmoid(w, x);
                return (sigmoid, w.Multiply(sigmoid, w.Subtract(w.Constant(1f), sigmoid)));
            case PointwiseFunction.Tanh:
                F32 tanh = w.MultiplyAdd(Sigmoid(w, w.Multiply(x, 2f)), 2f, -1f);
                return (tanh, w.MultiplyAdd(w.Negate(tanh), tanh, 1f));
            case PointwiseFunction.Softplus:
                // max(x, 0) + ln(1 + e^−|x|), so that neither overflows.
                F32 magnitude = w.Select(w.Above(x, 0), x, w.Negate(x));
                F32 small = w.Add(w.Exp2(w.Multiply(magnitude, -Log2OfE)), 1f);
                return (w.MultiplyAdd(w.Log2(small), w.Constant(LnOf2), w.Max(x, w.Constant(0f))), Sigmoid(w, x));
            case PointwiseFunction.Elu:
                F32 e = w.Multiply(w.Exp2(w.Multiply(w.Min(x, w.Constant(0f)), Log2OfE)), parameter);
                Condition positive = w.Above(x, 0);
                return (w.Select(positive, x, w.Add(e, -parameter)), w.Select(positive, w.Constant(1f), e));
            case PointwiseFunction.Square:
                return (w.Multiply(x, x), w.Multiply(x, 2f));
            default:
                throw new InvalidInputException($"The GPU has no kernel for the function {function}.");
        }
    }

    /// <summary>1 / (1 + e⁻ˣ).</summary>
    public static F32 Sigmoid(PtxWriter w, F32 x) => w.Reciprocal(w.Add(w.Exp2(w.Multiply(x, -Log2OfE)), 1f));
}
