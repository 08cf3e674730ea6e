using Joule.Compute;

namespace Joule.Evaluation;

/// <summary>The pixels of one image while a <see cref="Corruption"/> changes them.</summary>
/// <param name="values">Brightness in [0, 1], laid out [channels, height, width].</param>
/// <param name="channels">Channels of the image.</param>
/// <param name="height">Its rows.</param>
/// <param name="width">Its columns.</param>
/// <param name="random">The draws; each corruption uses its own step of them.</param>
/// <param name="chain">The image's index in its set, which is the chain of its draws.</param>
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

    /// <summary>The draws; each corruption uses its own step of them.</summary>
    public RandomStream Random { get; } = random;

    /// <summary>The chain of this image's draws.</summary>
    public uint Chain { get; } = chain;

    /// <summary>Pixels of one channel.</summary>
    public int Plane => Height * Width;
}

/// <summary>
/// A standard change that turns test images into anomalies of a known kind: does the energy notice? To add a corruption, add one file.
/// </summary>
public abstract class Corruption
{
    /// <summary>Changes one image in place. Its draws depend only on the seed, the corruption and the image's index.</summary>
    /// <param name="image">The image.</param>
    public abstract void Apply(in CorruptedImage image);
}
