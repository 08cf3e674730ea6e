using Joule.Compute;
using Joule.Data;
using Joule.States;

namespace Joule.Evaluation;

/// <summary>States as images again: without padding, as brightness in [0, 1]. Values beyond black and white become these.</summary>
public static class StateImages
{
    /// <summary>Writes the image of a state.</summary>
    /// <param name="space">The space of the states: padded images.</param>
    /// <param name="transform">How images become states.</param>
    /// <param name="state">The state.</param>
    /// <param name="image">Receives the image, [channels, height, width].</param>
    public static void Write(StateSpace space, ImageTransform transform, ReadOnlySpan<float> state, Span<float> image)
    {
        ArgumentNullException.ThrowIfNull(space);
        ArgumentNullException.ThrowIfNull(transform);
        int padded = space.Shape.Width, pad = transform.Pad, width = padded - 2 * pad, height = space.Shape.Height - 2 * pad, at = 0;
        float range = transform.High - transform.Low;
        for (int row = 0; row < space.Shape.Channels * height; row++)
        {
            int from = (row / height * space.Shape.Height + row % height + pad) * padded + pad;
            for (int x = from; x < from + width; x++)
                image[at++] = Math.Clamp((state[x] - transform.Low) / range, 0, 1);
        }
    }

    /// <summary>The images of states, in new device memory that the caller disposes.</summary>
    /// <param name="device">The device.</param>
    /// <param name="set">A set of images as such states.</param>
    /// <param name="states">The states, concatenated.</param>
    /// <param name="images">The rows of the images.</param>
    public static DeviceBuffer Of(Device device, ImageStateSet set, ReadOnlyMemory<float> states, out Rows images)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(set);
        int width = set.Space.Width, count = states.Length / width;
        DeviceBuffer memory = device.Allocate((long)count * set.Images.Length);
        images = memory.AsRows(count, set.Images.Length);
        device.Write(images, (i, row) => Write(set.Space, set.Transform, states.Span.Slice(i * width, width), row));
        return memory;
    }
}
