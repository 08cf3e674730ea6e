using System.Numerics.Tensors;
using Joule.Compute;

namespace Joule.Evaluation;

/// <summary>Euclidean distances from images to the nearest of others, in brightness. The others pass through memory in parts.</summary>
internal static class NearestImages
{
    private const int PartRows = 2048;

    /// <summary>The distance from each image to the nearest of a set.</summary>
    /// <param name="device">The device.</param>
    /// <param name="images">The images: n rows.</param>
    /// <param name="count">Number of images in the set.</param>
    /// <param name="write">Writes each image of the set.</param>
    /// <param name="own">The place of each image in the set, which does not count; null: none is in it.</param>
    /// <param name="progress">Receives the number of the set's images seen; may be null.</param>
    /// <param name="cancellation">Cancels between blocks of images.</param>
    /// <returns>n distances; positive infinity if there is no other.</returns>
    public static float[] Distances(Device device, Rows images, int count, RowWriter write, int[]? own = null,
        Action<long>? progress = null, CancellationToken cancellation = default)
    {
        int part = Math.Min(PartRows, count);
        using DeviceBuffer memory = device.Allocate((long)part * images.Width), best = device.Allocate(images.Count);
        Rows nearest = best.AsRows(images.Count, 1);
        device.Upload([.. Enumerable.Repeat(float.PositiveInfinity, images.Count)], nearest);
        for (int start = 0; start < count; start += part)
        {
            int first = start;
            Rows others = memory.AsRows(part, images.Width).Slice(0, Math.Min(part, count - start));
            device.Write(others, (i, row) => write(first + i, row));
            device.Launch(new NearestWork(images, others, first, own, nearest, cancellation));
            progress?.Invoke(start + others.Count);
        }
        return device.Download(nearest);
    }

    /// <summary>The distance from each image of a set to the nearest other.</summary>
    public static float[] Within(Device device, Rows images, CancellationToken cancellation = default)
    {
        using DeviceBuffer best = device.Allocate(images.Count);
        Rows nearest = best.AsRows(images.Count, 1);
        device.Upload([.. Enumerable.Repeat(float.PositiveInfinity, images.Count)], nearest);
        int[] own = [.. Enumerable.Range(0, images.Count)];
        device.Launch(new NearestWork(images, images, 0, own, nearest, cancellation));
        return device.Download(nearest);
    }

    /// <summary>
    /// The 1% quantile of some distances: the distance below which ⌊n/100⌋ of them lie, if no two are equal.
    /// </summary>
    public static float Close(ReadOnlySpan<float> distances)
    {
        float[] sorted = distances.ToArray();
        Array.Sort(sorted);
        return sorted[sorted.Length / 100];
    }

    /// <summary>The share of some distances below a bound.</summary>
    public static double Share(ReadOnlySpan<float> distances, float bound)
    {
        int below = 0;
        foreach (float distance in distances)
            below += distance < bound ? 1 : 0;
        return (double)below / distances.Length;
    }

    private sealed class NearestWork(Rows images, Rows others, int first, int[]? own, Rows nearest, CancellationToken cancellation)
        : DeviceProgram
    {
        public override string Name => "distances to the nearest image";

        public override int Count => images.Count;

        public override int BlockRows => 16;

        protected override void Run(int start, int count, int lane)
        {
            cancellation.ThrowIfCancellationRequested();
            Span<float> best = nearest.Slice(start, count).Span;
            for (int j = 0; j < others.Count; j++)
            {
                ReadOnlySpan<float> other = others[j];
                for (int i = 0; i < count; i++)
                {
                    if (own is not null && own[start + i] == first + j)
                        continue;
                    best[i] = Math.Min(best[i], TensorPrimitives.Distance(images[start + i], other));
                }
            }
        }
    }
}
