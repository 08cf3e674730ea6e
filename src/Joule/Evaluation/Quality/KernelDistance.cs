using System.Numerics.Tensors;
using Joule.Compute;

namespace Joule.Evaluation;

/// <summary>
/// The kernel distance between two sets of features: the unbiased estimate of MMD² with the kernel k(x, y) = (x·y/d + 1)³ (Bińkowski et al.
/// 2018, section 4; Gretton et al. 2012, equation 3). 0 on average for two sets of one distribution, whatever their sizes; it may be
/// negative.
/// </summary>
internal static class KernelDistance
{
    /// <summary>The distance between two sets of at least 2 rows each.</summary>
    /// <param name="device">The device.</param>
    /// <param name="one">The features of one set.</param>
    /// <param name="other">Those of the other.</param>
    /// <param name="withinOther"><see cref="Within"/> of the other.</param>
    /// <param name="cancellation">Cancels between blocks of rows.</param>
    public static double Between(Device device, Rows one, Rows other, double withinOther, CancellationToken cancellation = default) =>
        Within(device, one, cancellation) + withinOther
        - 2 * Sum(device, one, other, false, cancellation) / ((double)one.Count * other.Count);

    /// <summary>The mean of k over all pairs of different members of a set.</summary>
    public static double Within(Device device, Rows set, CancellationToken cancellation = default) =>
        Sum(device, set, set, true, cancellation) / ((double)set.Count * (set.Count - 1));

    private static double Sum(Device device, Rows one, Rows other, bool skipsSelf, CancellationToken cancellation)
    {
        using DeviceBuffer memory = device.Allocate(2L * one.Count);
        Rows sums = memory.AsRows(one.Count, 2);
        device.Launch(new KernelWork(one, other, skipsSelf, sums, cancellation));
        double[] found = new double[one.Count];
        device.DownloadDoubles(sums, found);
        double total = 0;
        foreach (double sum in found)
            total += sum;
        return total;
    }

    private sealed class KernelWork(Rows one, Rows other, bool skipsSelf, Rows sums, CancellationToken cancellation) : DeviceProgram
    {
        public override string Name => "kernels between features";

        public override int Count => one.Count;

        public override int BlockRows => 16;

        protected override void Run(int start, int count, int lane)
        {
            cancellation.ThrowIfCancellationRequested();
            Span<double> target = sums.Slice(start, count).Doubles;
            target.Clear();
            for (int j = 0; j < other.Count; j++)
            {
                ReadOnlySpan<float> y = other[j];
                for (int i = 0; i < count; i++)
                {
                    if (skipsSelf && start + i == j)
                        continue;
                    double k = TensorPrimitives.Dot(one[start + i], y) / (double)one.Width + 1;
                    target[i] += k * k * k;
                }
            }
        }
    }
}
