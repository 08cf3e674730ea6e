using System.Numerics.Tensors;
using Joule.Compute;
using Joule.Data;

namespace Joule.Evaluation;

/// <summary>Changed images, as states.</summary>
public static class ImageStates
{
    /// <summary>The images with shuffled pixels: each image has its own permutation, shared by its channels; padding stays.</summary>
    /// <param name="images">The images.</param>
    /// <param name="seed">Image i is shuffled by chain i of this seed's <see cref="RandomPurpose.Shuffling"/> at step 1.</param>
    public static RowWriter Shuffled(ImageStateSet images, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(images);
        RandomStream stream = new(seed, RandomPurpose.Shuffling, 1);
        int width = images.Images.Width, plane = images.Images.Height * width, pad = images.Transform.Pad;
        int paddedWidth = images.Space.Shape.Width, paddedPlane = paddedWidth * images.Space.Shape.Height;
        int[] order = new int[plane];
        float[] original = new float[images.Space.Width];
        return (index, state) =>
        {
            images.Read(index, original);
            original.CopyTo(state);
            stream.FillPermutation(order, (uint)index);
            for (int c = 0; c < images.Space.Shape.Channels; c++)
            {
                for (int p = 0; p < plane; p++)
                    state[c * paddedPlane + Place(p)] = original[c * paddedPlane + Place(order[p])];
            }
        };

        int Place(int pixel) => (pixel / width + pad) * paddedWidth + pixel % width + pad;
    }

    /// <summary>The images after a corruption. Padding stays black.</summary>
    /// <param name="images">The images.</param>
    /// <param name="corruption">The change.</param>
    /// <param name="seed">Image i is changed by chain i of this seed's <see cref="RandomPurpose.Corruptions"/>.</param>
    public static RowWriter Corrupted(ImageStateSet images, Corruption corruption, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(corruption);
        RandomStream stream = new(seed, RandomPurpose.Corruptions, 0);
        ImageSet set = images.Images;
        int height = set.Height, width = set.Width, pad = images.Transform.Pad, paddedWidth = width + 2 * pad;
        float low = images.Transform.Low, range = images.Transform.High - images.Transform.Low;
        float[] pixels = new float[set.Length];
        return (index, state) =>
        {
            set.Read(index, pixels);
            corruption.Apply(new CorruptedImage(pixels, set.Channels, height, width, stream, (uint)index));
            state.Fill(low);
            for (int row = 0; row < set.Channels * height; row++)
            {
                int channel = row / height, y = row % height + pad;
                Span<float> to = state.Slice((channel * (height + 2 * pad) + y) * paddedWidth + pad, width);
                TensorPrimitives.Multiply(pixels.AsSpan(row * width, width), range, to);
                TensorPrimitives.Add(to, low, to);
            }
        };
    }
}
