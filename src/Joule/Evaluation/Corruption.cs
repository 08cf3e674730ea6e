using Joule.Compute;

namespace Joule.Evaluation;

/// <summary>The pixels of one image while a <see cref="Corruption"/> changes them.</summary>
/// <param name="values">Brightness in [0, 1], laid out [channels, height, width].</param>
/// <param name="channels">Channels of the image.</param>
/// <param name="height">Its rows.</param>
/// <param name="width">Its columns.</param>
/// <param name="random">Draws of this purpose and seed; each corruption takes a step of its own.</param>
/// <param name="chain">The image's place in its set: the chain of its draws.</param>
public readonly ref struct CorruptedImage(Span<float> values, int channels, int height, int width, RandomStream random, uint chain)
{
    /// <summary>Brightness in [0, 1], changed in place.</summary>
    public Span<float> Values { get; } = values;

    /// <summary>Channels of the image.</summary>
    public int Channels { get; } = channels;

    /// <summary>Rows of the image.</summary>
    public int Height { get; } = height;

    /// <summary>Columns of the image.</summary>
    public int Width { get; } = width;

    /// <summary>The draws; a corruption uses one step of them, which no other uses.</summary>
    public RandomStream Random { get; } = random;

    /// <summary>The chain of this image's draws.</summary>
    public uint Chain { get; } = chain;

    /// <summary>Pixels of one channel.</summary>
    public int Plane => Height * Width;
}

/// <summary>
/// A standard change to an image, by which test images become anomalies of a known kind: does the energy notice? To add one is to add one file.
/// </summary>
public abstract class Corruption
{
    /// <summary>Changes one image in place. What it draws depends on the seed, the corruption and the image's place alone.</summary>
    /// <param name="image">The image.</param>
    public abstract void Apply(in CorruptedImage image);
}
