using Joule.Compute;

namespace Joule.Data;

/// <summary>Images of one size: brightness in [0, 1], each laid out [channels, height, width]. Immutable; many threads may read it.
/// Bytes stay bytes in memory (60,000 images of 28×28 take 47 MB) and become brightness as they are read.</summary>
public sealed class ImageSet
{
    /// <summary>The largest height and the largest width that any reader accepts, in pixels.</summary>
    public const int MaxSide = 16384;

    /// <summary>The most values that one image may have: channels × height × width.</summary>
    public const int MaxValues = 1 << 24;

    private const float Brightness = 1f / 255f;
    private readonly byte[]? bytes;
    private readonly float[]? floats;
    private readonly int start;

    private ImageSet(string name, int count, int channels, int height, int width, byte[]? bytes, float[]? floats, int start)
    {
        Name = name;
        Count = count;
        Channels = channels;
        Height = height;
        Width = width;
        this.bytes = bytes;
        this.floats = floats;
        this.start = start;
    }

    /// <summary>What the images are called in messages and plots.</summary>
    public string Name { get; }

    /// <summary>The number of images.</summary>
    public int Count { get; }

    /// <summary>Colour channels of an image: 1 (grey) or 3 (red, green, blue) for pictures; an array may have others.</summary>
    public int Channels { get; }

    /// <summary>Rows of an image, in pixels.</summary>
    public int Height { get; }

    /// <summary>Columns of an image, in pixels.</summary>
    public int Width { get; }

    /// <summary>Values in one image: channels × height × width.</summary>
    public int Length => Channels * Height * Width;

    /// <summary>Whether every pixel is finite whatever happens: bytes are, and memory of floats is its owner's.</summary>
    internal bool IsAlwaysFinite => bytes is not null;

    /// <summary>The file name of each image, where images come from files of their own.</summary>
    public IReadOnlyList<string>? Names { get; private init; }

    /// <summary>The class of each image, where it is known.</summary>
    public byte[]? Labels { get; private init; }

    /// <summary>The pixels of this set where they are bytes, else none.</summary>
    internal ReadOnlySpan<byte> Bytes => bytes is null ? default : bytes.AsSpan(start * Length, Count * Length);

    /// <summary>The pixels of this set where they are floats, else none.</summary>
    internal ReadOnlySpan<float> Floats => floats is null ? default : floats.AsSpan(start * Length, Count * Length);

    /// <summary>Wraps pixels of 8 bits, 0 (black) to 255. The arrays are kept, not copied: leave them alone afterwards.</summary>
    /// <param name="name">What the images are called.</param>
    /// <param name="channels">Channels of an image.</param>
    /// <param name="height">Rows of an image.</param>
    /// <param name="width">Columns of an image.</param>
    /// <param name="pixels">The images one after another, each [channels, height, width].</param>
    /// <param name="names">File names, one per image, or null.</param>
    /// <param name="labels">Classes, one per image, or null.</param>
    /// <exception cref="InvalidInputException">The sizes do not fit together.</exception>
    public static ImageSet FromBytes(
        string name, int channels, int height, int width, byte[] pixels, IReadOnlyList<string>? names = null, byte[]? labels = null)
    {
        ArgumentNullException.ThrowIfNull(pixels);
        var count = CountOf(name, channels, height, width, pixels.Length, names, labels);
        return new ImageSet(name, count, channels, height, width, pixels, null, 0) { Names = names, Labels = labels };
    }

    /// <summary>Wraps brightness values in [0, 1]. The arrays are kept, not copied: leave them alone afterwards.</summary>
    /// <param name="name">What the images are called.</param>
    /// <param name="channels">Channels of an image.</param>
    /// <param name="height">Rows of an image.</param>
    /// <param name="width">Columns of an image.</param>
    /// <param name="values">The images one after another, each [channels, height, width].</param>
    /// <param name="names">File names, one per image, or null.</param>
    /// <param name="labels">Classes, one per image, or null.</param>
    /// <exception cref="InvalidInputException">The sizes do not fit together, or a value lies outside [0, 1].</exception>
    public static ImageSet FromFloats(
        string name, int channels, int height, int width, float[] values, IReadOnlyList<string>? names = null, byte[]? labels = null)
    {
        ArgumentNullException.ThrowIfNull(values);
        var count = CountOf(name, channels, height, width, values.Length, names, labels);
        var outside = values.AsSpan().IndexOfAnyExceptInRange(0f, 1f);
        if (outside >= 0)
        {
            throw new InvalidInputException(
                $"{name}: the value {values[outside]} at {Place(outside, channels, height, width)} is no brightness in [0, 1]. Scale the images first.");
        }
        return new ImageSet(name, count, channels, height, width, null, values, 0) { Names = names, Labels = labels };
    }

    /// <summary>Reads one image as brightness in [0, 1], laid out [channels, height, width].</summary>
    /// <param name="index">The image, from 0.</param>
    /// <param name="destination">At least <see cref="Length"/> values; the rest is left alone.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such image.</exception>
    /// <exception cref="ArgumentException">The destination is too short.</exception>
    public void Read(int index, Span<float> destination)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Count);
        var length = Length;
        if (destination.Length < length)
            throw new ArgumentException($"{Name}: an image has {length} values and the destination has room for {destination.Length}.", nameof(destination));
        destination = destination[..length];
        var offset = (start + index) * length;
        if (floats is not null)
        {
            floats.AsSpan(offset, length).CopyTo(destination);
            return;
        }
        ByteKernels.Scale(bytes.AsSpan(offset, length), Brightness, destination);
    }

    /// <summary>Reads several images, one after another.</summary>
    /// <param name="indices">The images, each from 0.</param>
    /// <param name="destination">At least <c>indices.Length × Length</c> values.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such image, or the destination is too short.</exception>
    public void Read(ReadOnlySpan<int> indices, Span<float> destination)
    {
        var length = Length;
        for (var i = 0; i < indices.Length; i++) Read(indices[i], destination.Slice(i * length, length));
    }

    /// <summary>A view of some of the images; nothing is copied but the labels.</summary>
    /// <param name="first">The first image, from 0.</param>
    /// <param name="count">How many, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The range does not lie within the set.</exception>
    public ImageSet Slice(int first, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(first);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, Count - first);
        return new ImageSet(Name, count, Channels, Height, Width, bytes, floats, start + first)
        {
            Names = Names?.Skip(first).Take(count).ToArray(),
            Labels = Labels?.AsSpan(first, count).ToArray(),
        };
    }

    /// <summary>The same images with another name, labels or file names; pixels are shared.</summary>
    internal ImageSet With(string? name = null, byte[]? labels = null)
    {
        if (labels is not null && labels.Length != Count)
            throw new InvalidInputException($"{name ?? Name}: {Count} images have {labels.Length} labels. Both files must come from one set.");
        return new ImageSet(name ?? Name, Count, Channels, Height, Width, bytes, floats, start) { Names = Names, Labels = labels ?? Labels };
    }

    /// <summary>A grey set as colour: the three channels are equal.</summary>
    internal ImageSet ToColour()
    {
        if (Channels == 3) return this;
        if (bytes is null || Channels != 1) throw new InvalidOperationException("Only grey sets of bytes become colour.");
        var colour = new byte[checked(Count * Length * 3)];
        for (var i = 0; i < Count * 3; i++)
            bytes.AsSpan((start + (i / 3)) * Length, Length).CopyTo(colour.AsSpan(i * Length));
        return new ImageSet(Name, Count, 3, Height, Width, colour, null, 0) { Names = Names, Labels = Labels };
    }

    /// <summary>Where a value stands, in words: the image is the row, and the place in it the column.</summary>
    internal static string Place(int index, int channels, int height, int width)
    {
        var length = channels * height * width;
        var (row, column) = (index / length, index % length);
        var place = $"row {row}, column {column}";
        if (height == 1 && channels == 1) return place;
        var channel = channels == 1 ? "" : $"channel {column / (height * width)}, ";
        return $"{place} (image {row}, {channel}pixel row {column / width % height}, pixel column {column % width})";
    }

    private static int CountOf(string name, int channels, int height, int width, int values, IReadOnlyList<string>? names, byte[]? labels)
    {
        ArgumentNullException.ThrowIfNull(name);
        var length = (long)channels * height * width;
        if (channels is < 1 or > MaxValues || height is < 1 or > MaxSide || width is < 1 or > MaxValues || length is < 1 or > MaxValues)
        {
            throw new InvalidInputException(
                $"{name}: images of {channels}×{height}×{width} (channels×height×width) cannot be used: each must be at least 1, the height at most {MaxSide}, and their product at most {MaxValues}.");
        }
        if (values == 0 || values % length != 0)
            throw new InvalidInputException(
                $"{name}: {values} values are no whole number of images of {channels}×{height}×{width} = {length} values. Check the shape.");
        var count = (int)(values / length);
        if (names is not null && names.Count != count) throw new InvalidInputException($"{name}: {count} images have {names.Count} names.");
        if (labels is not null && labels.Length != count)
            throw new InvalidInputException($"{name}: {count} images have {labels.Length} labels. Both files must come from one set.");
        return count;
    }
}
