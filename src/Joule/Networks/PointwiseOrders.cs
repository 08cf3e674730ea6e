using Joule.Compute;

namespace Joule.Networks;

/// <summary>
/// Pointwise functions in a directional pass. Along known directions, all orders are computed together. Otherwise order 0 keeps f′ and f″;
/// each of the two passes of order 1, the reverse with dy′ and then the forward with x′, multiplies f″ by its numbers, so that the reverse
/// of order 0, dx = f′·dy + f″·x′·dy′, finds the second term there.
/// </summary>
internal static class PointwiseOrders
{
    public static void Forward(PointwiseFunction function, float parameter, TaylorTape tape, Operation operation, int input, int first,
        int last, int start, int count)
    {
        int output = operation.Output;
        if (first == 0 && last > 0)
        {
            Kernels.PointwiseAlong(function, parameter, tape.Values(input, start, count), tape.Values(output, start, count),
                tape.Kept(operation, start, count));
            return;
        }
        Rows x = tape[first].Value(input, start, count), y = tape[first].Value(output, start, count),
            slope = tape[0].Kept(operation, start, count), curvature = tape[1].Kept(operation, start, count);
        if (first == 0)
            Kernels.PointwiseCurvature(function, parameter, x, y, slope, curvature);
        else
            Kernels.MultiplySlopes(x, slope, curvature, y, false);
    }

    public static void Reverse(TaylorTape tape, Operation operation, int input, bool accumulate, int first, int last, int start, int count)
    {
        int output = operation.Output;
        Rows dx = tape[first].Gradient(input, start, count), dy = tape[first].Gradient(output, start, count),
            slope = tape[0].Kept(operation, start, count), curvature = tape[1].Kept(operation, start, count);
        if (first == 1)
            Kernels.MultiplySlopes(dy, slope, curvature, dx, accumulate);
        else if (dx.Count == 0)
            return;
        else if (last == 0)
            Kernels.MultiplyAdd(dy, slope, curvature, dx, accumulate);
        else
        {
            Kernels.PointwiseReverseAlong(tape.Gradients(output, start, count), tape.Kept(operation, start, count),
                tape.Gradients(input, start, count), accumulate);
        }
    }
}
