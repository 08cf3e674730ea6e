using Joule.Compute;

namespace Joule.Networks;

/// <summary>Products of two values in a directional pass: the order k of a·b is Σⱼ C(k, j)·aⱼ·bₖ₋ⱼ, for orders up to 2.</summary>
internal static class JoinOrders
{
    /// <summary>Computes one order of the product; the factors' orders up to it are there.</summary>
    public static void Multiply(TaylorTape tape, Operation join, int order, int start, int count)
    {
        Rows y = tape[order].Value(join.Output, start, count);
        for (int j = 0; j <= order; j++)
        {
            Rows a = tape[j].Value(join.Input, start, count), b = tape[order - j].Value(join.Second, start, count);
            Add(a, b, y, j > 0, IsTwice(order, j));
        }
    }

    /// <summary>Computes one order of the factors' gradients; all orders of the product's gradient from it on are there.</summary>
    public static void Reverse(TaylorTape tape, Operation join, int order, int start, int count)
    {
        Into(tape, join, order, join.Input, tape[order].Gradient(join.Second, start, count), join.AddsToSecond, start, count);
        Into(tape, join, order, join.Second, tape[order].Gradient(join.Input, start, count), join.AddsToInput, start, count);
    }

    private static void Into(TaylorTape tape, Operation join, int order, int other, Rows target, bool accumulate, int start, int count)
    {
        if (target.Count == 0)
            return;
        for (int k = order; k <= tape.Last; k++)
        {
            Rows dy = tape[k].Gradient(join.Output, start, count), factor = tape[k - order].Value(other, start, count);
            Add(dy, factor, target, accumulate || k > order, IsTwice(k, order));
        }
    }

    private static bool IsTwice(int k, int j) => k == 2 && j == 1;

    private static void Add(Rows a, Rows b, Rows y, bool accumulate, bool twice)
    {
        Kernels.Multiply(a, b, y, accumulate);
        if (twice)
            Kernels.Multiply(a, b, y, true);
    }
}
