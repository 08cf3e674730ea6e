using System.Numerics.Tensors;
using Joule.Compute;
using Joule.Data;
using Joule.States;

namespace Joule.Evaluation;

/// <summary>Writes state i of a set.</summary>
/// <param name="index">Which, from 0.</param>
/// <param name="state">Where it goes.</param>
public delegate void StateWriter(int index, Span<float> state);

/// <summary>Images, shuffled images and noise as the states of a model.</summary>
public static class ImageStates
{
    /// <summary>Finds how images become states of a model: by its own transform, or without padding where they have the padded size already, as samples have.</summary>
    /// <param name="space">The model's states.</param>
    /// <param name="transform">The model's transform.</param>
    /// <param name="images">The images.</param>
    /// <exception cref="InvalidInputException">The images are of another size; both are named.</exception>
    public static ImageTransform Fit(StateSpace space, ImageTransform transform, ImageSet images)
    {
        ArgumentNullException.ThrowIfNull(space);
        ArgumentNullException.ThrowIfNull(transform);
        ArgumentNullException.ThrowIfNull(images);
        int channels = space.Shape.Channels, height = space.Shape.Height, width = space.Shape.Width, pad = 2 * transform.Pad;
        (int, int, int) given = (images.Channels, images.Height, images.Width);
        if (given == (channels, height - pad, width - pad))
            return transform;
        if (given == (channels, height, width))
            return transform with { Pad = 0 };
        string padded = pad > 0 ? $" (or {channels}×{height}×{width} with their padding)" : "";
        throw new InvalidInputException($"{images.Name} holds images of {images.Channels}×{images.Height}×{images.Width} (channels×height×width); "
            + $"the model needs {channels}×{height - pad}×{width - pad}{padded}. Scale or cut them to that size.");
    }

    /// <summary>The images as they are.</summary>
    /// <param name="images">The images.</param>
    /// <param name="transform">How they become states, from <see cref="Fit"/>.</param>
    public static StateWriter Of(ImageSet images, ImageTransform transform) => (index, state) => transform.Read(images, index, state);

    /// <summary>The images with their pixels in random order: each image by a permutation of its own, colours and padding kept together.</summary>
    /// <param name="images">The images.</param>
    /// <param name="transform">How they become states, from <see cref="Fit"/>.</param>
    /// <param name="seed">Image i is shuffled by chain i of this seed's <see cref="RandomPurpose.Shuffling"/> at step 1.</param>
    public static StateWriter Shuffled(ImageSet images, ImageTransform transform, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(transform);
        RandomStream stream = new(seed, RandomPurpose.Shuffling, 1);
        int plane = images.Height * images.Width, pad = transform.Pad;
        int paddedWidth = images.Width + 2 * pad, paddedPlane = paddedWidth * (images.Height + 2 * pad);
        int[] order = new int[plane];
        float[] original = new float[transform.StateLength(images)];
        return (index, state) =>
        {
            transform.Read(images, index, original);
            original.CopyTo(state);
            stream.FillPermutation(order, (uint)index);
            for (int c = 0; c < images.Channels; c++)
            {
                for (int p = 0; p < plane; p++)
                    state[c * paddedPlane + Place(p)] = original[c * paddedPlane + Place(order[p])];
            }
        };

        int Place(int pixel) => (pixel / images.Width + pad) * paddedWidth + pixel % images.Width + pad;
    }

    /// <summary>The images after a corruption. Padding stays black.</summary>
    /// <param name="images">The images.</param>
    /// <param name="transform">How they become states, from <see cref="Fit"/>.</param>
    /// <param name="corruption">What is done to each image.</param>
    /// <param name="seed">Image i is changed by chain i of this seed's <see cref="RandomPurpose.Corruptions"/>.</param>
    public static StateWriter Corrupted(ImageSet images, ImageTransform transform, Corruption corruption, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(transform);
        ArgumentNullException.ThrowIfNull(corruption);
        RandomStream stream = new(seed, RandomPurpose.Corruptions, 0);
        int height = images.Height, width = images.Width, pad = transform.Pad, paddedWidth = width + 2 * pad;
        float low = transform.Low, range = transform.High - transform.Low;
        float[] pixels = new float[images.Length];
        return (index, state) =>
        {
            images.Read(index, pixels);
            corruption.Apply(new CorruptedImage(pixels, images.Channels, height, width, stream, (uint)index));
            state.Fill(low);
            for (int row = 0; row < images.Channels * height; row++)
            {
                int channel = row / height, y = row % height + pad;
                Span<float> to = state.Slice((channel * (height + 2 * pad) + y) * paddedWidth + pad, width);
                TensorPrimitives.Multiply(pixels.AsSpan(row * width, width), range, to);
                TensorPrimitives.Add(to, low, to);
            }
        };
    }

    /// <summary>Uniform noise between the walls of a model's domain.</summary>
    /// <param name="space">The model's states; a box.</param>
    /// <param name="seed">State i is chain i of this seed's <see cref="RandomPurpose.ValidationNoise"/> at step 0.</param>
    public static StateWriter Noise(StateSpace space, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(space);
        RandomStream stream = new(seed, RandomPurpose.ValidationNoise, 0);
        return (index, state) => stream.FillUniform(state, (uint)index, space.Low, space.High);
    }
}
