using System.Buffers;
using System.Numerics.Tensors;
using Joule.Compute;

namespace Joule.Samplers;

/// <summary>The median of the distances between all pairs of states.</summary>
internal static class MedianDistance
{
    /// <summary>The most states whose pairs are all looked at: of more, every so manyth is.</summary>
    public const int Most = 512;

    /// <summary>The median; 0 for fewer than two states. NaN or any number where a state is not finite.</summary>
    /// <param name="states">The states; of n above <see cref="Most"/>, those numbered k·n/<see cref="Most"/>.</param>
    public static double Of(Rows states)
    {
        int count = Math.Min(states.Count, Most), pairs = count * (count - 1) / 2;
        if (pairs == 0)
            return 0;
        float[] rented = ArrayPool<float>.Shared.Rent(pairs);
        Span<float> distances = rented.AsSpan(0, pairs);
        int next = 0;
        for (int i = 1; i < count; i++)
        {
            ReadOnlySpan<float> state = states[(int)((long)i * states.Count / count)];
            for (int j = 0; j < i; j++)
                distances[next++] = TensorPrimitives.Distance<float>(state, states[(int)((long)j * states.Count / count)]);
        }
        float upper = Select(distances, pairs / 2);
        // Selection leaves the smaller ones before it.
        double median = pairs % 2 == 1 ? upper : 0.5 * ((double)upper + TensorPrimitives.Max<float>(distances[..(pairs / 2)]));
        ArrayPool<float>.Shared.Return(rented);
        return median;
    }

    /// <summary>The value that a sorted list would have at an index (Hoare 1961, "Algorithm 65: find"). Reorders the values.</summary>
    public static float Select(Span<float> values, int index)
    {
        int low = 0, high = values.Length - 1;
        while (low < high)
        {
            float pivot = values[low + (high - low) / 2];
            int i = low, j = high;
            while (i <= j)
            {
                while (values[i] < pivot)
                    i++;
                while (values[j] > pivot)
                    j--;
                if (i > j)
                    break;
                (values[i], values[j]) = (values[j], values[i]);
                (i, j) = (i + 1, j - 1);
            }
            if (index <= j)
                high = j;
            else if (index >= i)
                low = i;
            else
                break;
        }
        return values[index];
    }
}
