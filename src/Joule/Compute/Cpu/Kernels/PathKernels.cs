namespace Joule.Compute;

/// <summary>Pointwise functions of values that move along a path: kernels on Taylor coefficients.</summary>
public static unsafe partial class Kernels
{
    /// <summary>
    /// y = f(x) with its derivatives along the path of x, and the same derivatives of f′(x) as slope; y may be x. f″ of ReLU
    /// and leaky ReLU is 0, and that of ELU at 0 the one from the left.
    /// </summary>
    /// <param name="function">f.</param>
    /// <param name="parameter">The function's parameter, if it has one.</param>
    /// <param name="x">The input, of order 1 or 2.</param>
    /// <param name="y">Receives the output, of the same order.</param>
    /// <param name="slope">Receives f′ and its derivatives, of the same order.</param>
    public static void PointwiseAlong(
        PointwiseFunction function, float parameter, in TaylorRows x, in TaylorRows y, in TaylorRows slope) =>
        PointwiseKernels.ApplyAlong(function, parameter, new TaylorPointers(x, y, slope), x.Zero.Length);

    /// <summary>The reverse of <see cref="PointwiseAlong"/>: dx (+)= the gradients of all orders; dx may be dy.</summary>
    /// <param name="dy">The output's gradient.</param>
    /// <param name="slope">The slope that forward wrote.</param>
    /// <param name="dx">Receives the input's gradient; orders without rows are left out.</param>
    /// <param name="accumulate">Whether to add.</param>
    public static void PointwiseReverseAlong(in TaylorRows dy, in TaylorRows slope, in TaylorRows dx, bool accumulate) =>
        TaylorKernels.Reverse(dy, slope, dx, accumulate);

    /// <summary>y = f(x), slope = f′(x) and curvature = f″(x), elementwise; y may be x.</summary>
    public static void PointwiseCurvature(PointwiseFunction function, float parameter, Rows x, Rows y, Rows slope, Rows curvature) =>
        PointwiseKernels.ApplyAlong(function, parameter, new TaylorPointers(
            new TaylorRows(x, default, default), new TaylorRows(y, default, default), new TaylorRows(slope, curvature, default)), x.Length);

    /// <summary>y (+)= slope ⊙ x and curvature = curvature ⊙ x; y may be x, and have no rows.</summary>
    public static void MultiplySlopes(Rows x, Rows slope, Rows curvature, Rows y, bool accumulate) =>
        TaylorKernels.Follow(
            x.Pointer, slope.Pointer, curvature.Pointer, y.Count == 0 ? null : y.Pointer, x.Length, accumulate);

    /// <summary>dx (+)= slope ⊙ dy + bend; dx may be dy.</summary>
    public static void MultiplyAdd(Rows dy, Rows slope, Rows bend, Rows dx, bool accumulate) =>
        TaylorKernels.Close(dy.Pointer, slope.Pointer, bend.Pointer, dx.Pointer, dy.Length, accumulate);
}
