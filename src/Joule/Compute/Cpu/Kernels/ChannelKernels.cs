namespace Joule.Compute;

public static unsafe partial class Kernels
{
    /// <summary>y[i, c] = channels[c] for every position i; the channels of a position lie next to each other.</summary>
    public static void SpreadChannels(Rows channels, Rows y)
    {
        ReadOnlySpan<float> one = channels.Span;
        Span<float> all = y.Span;
        if (one.Length == 1)
        {
            all.Fill(one[0]);
            return;
        }
        for (int at = 0; at < all.Length; at += one.Length)
            one.CopyTo(all[at..]);
    }

    /// <summary>total[c] = Σᵢ x[i, c] over all positions i, in order; the channels of a position lie next to each other.</summary>
    public static void SumChannels(Rows x, Rows total)
    {
        total.Span.Clear();
        PointwiseKernels.AddRows(x.Pointer, total.Width, x.Length / total.Width, total.Width, total.Pointer);
    }
}
