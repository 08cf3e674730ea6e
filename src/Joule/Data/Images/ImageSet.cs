using Joule.Compute;

namespace Joule.Data;

/// <summary>
/// Images of the same size: brightness in [0, 1], each laid out [channels, height, width]. Immutable and thread-safe. Bytes stay bytes in
/// memory (60,000 images of 28×28 take 47 MB) and become brightness when they are read.
/// </summary>
public sealed class ImageSet
{
    /// <summary>The largest height and width that any reader accepts, in pixels.</summary>
    public const int MaxSide = 16384;

    /// <summary>The largest number of values in an image: channels × height × width.</summary>
    public const int MaxValues = 1 << 24;

    private const float Brightness = 1f / 255f;
    private readonly byte[]? _bytes;
    private readonly float[]? _floats;
    private readonly float[]? _levels;
    private readonly ValueRange _stored;
    private readonly int _storedChannels;
    private readonly int _start;
    private readonly int[]? _rows;

    private ImageSet(string name, int count, int channels, int height, int width, PixelValues values)
    {
        Name = name;
        Count = count;
        Channels = _storedChannels = channels;
        Height = height;
        Width = width;
        (_bytes, _levels, _floats, _stored) = (values.Bytes, values.Levels, values.Floats, values.Stored);
    }

    /// <summary>Other images in the same memory.</summary>
    private ImageSet(ImageSet of, string name, int count, int channels, int start, int[]? rows)
    {
        Name = name;
        Count = count;
        Channels = channels;
        (Height, Width, _bytes, _levels, _floats, _stored, _storedChannels) =
            (of.Height, of.Width, of._bytes, of._levels, of._floats, of._stored, of._storedChannels);
        _start = start;
        _rows = rows;
        (Names, Labels, Reading) = (of.Names, of.Labels, of.Reading);
    }

    /// <summary>The name of the set in messages and plots.</summary>
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

    /// <summary>Whether every pixel is always finite: true for bytes; memory of floats belongs to its owner.</summary>
    internal bool IsAlwaysFinite => _bytes is not null;

    /// <summary>How the images were read; null if they were made in memory.</summary>
    public ImageReading? Reading { get; private init; }

    /// <summary>The file name of each image, if images have their own files.</summary>
    public IReadOnlyList<string>? Names { get; private init; }

    /// <summary>The class of each image, if known.</summary>
    public byte[]? Labels { get; private init; }

    /// <summary>The brightness of every byte, if byte b is not b/255.</summary>
    internal ReadOnlySpan<float> Levels => _levels;

    /// <summary>The values of black and white among floats; 0 and 1 for bytes.</summary>
    internal ValueRange Stored => _stored;

    /// <summary>Whether pixels are 8-bit integers.</summary>
    internal bool IsQuantized => _bytes is not null;

    /// <summary>Wraps 8-bit pixels, 0 (black) to 255. The arrays are kept, not copied: do not change them afterwards.</summary>
    /// <param name="name">The name of the set.</param>
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
        int count = CountOf(name, channels, height, width, pixels.Length, names, labels);
        PixelValues stored = new(pixels, null, null, ValueRange.Unit);
        return new ImageSet(name, count, channels, height, width, stored) { Names = names, Labels = labels };
    }

    /// <summary>Wraps brightness values in [0, 1]. The arrays are kept, not copied: do not change them afterwards.</summary>
    /// <param name="name">The name of the set.</param>
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
        int count = CountOf(name, channels, height, width, values.Length, names, labels);
        int outside = values.AsSpan().IndexOfAnyExceptInRange(0f, 1f);
        if (outside >= 0)
        {
            throw new InvalidInputException(
                $"{name}: the value {values[outside]} at {Place(outside, channels, height, width)} is not a brightness in [0, 1]. "
                + "Scale the images first.");
        }
        PixelValues stored = new(null, null, values, ValueRange.Unit);
        return new ImageSet(name, count, channels, height, width, stored) { Names = names, Labels = labels };
    }

    /// <summary>Wraps values that were checked when they were read.</summary>
    internal static ImageSet Of(string name, int channels, int height, int width, PixelValues values, ImageReading reading)
    {
        int count = CountOf(name, channels, height, width, values.Bytes?.Length ?? values.Floats!.Length, null, null);
        return new ImageSet(name, count, channels, height, width, values) { Reading = reading };
    }

    /// <summary>Reads one image as brightness in [0, 1], laid out [channels, height, width].</summary>
    /// <param name="index">The image, from 0.</param>
    /// <param name="destination">At least <see cref="Length"/> values; the rest is not changed.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such image.</exception>
    /// <exception cref="ArgumentException">The destination is too short.</exception>
    public void Read(int index, Span<float> destination)
    {
        ReadStored(index, destination);
        if (_stored == ValueRange.Unit)
            return;
        foreach (ref float value in destination[..Length])
            value = _stored.Brightness(value);
    }

    /// <summary>
    /// Reads one image like <see cref="Read(int, Span{float})"/>, but floats as stored, in <see cref="Stored"/>.
    /// </summary>
    internal void ReadStored(int index, Span<float> destination)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Count);
        int length = Length;
        if (destination.Length < length)
            throw new ArgumentException(
                $"{Name}: an image has {length} values and the destination has room for {destination.Length}.", nameof(destination));
        int kept = length / Channels * Math.Min(Channels, _storedChannels);
        int from = OffsetOf(index);
        Span<float> to = destination[..kept];
        if (_floats is not null)
            _floats.AsSpan(from, kept).CopyTo(to);
        else if (_levels is null)
            ByteKernels.Scale(_bytes.AsSpan(from, kept), Brightness, to);
        else
        {
            Span<byte> pixels = _bytes.AsSpan(from, kept);
            for (int i = 0; i < pixels.Length; i++)
                to[i] = _levels[pixels[i]];
        }
        for (int more = kept; more < length; more += kept)
            to.CopyTo(destination[more..]);
    }

    /// <summary>Reads several images, concatenated.</summary>
    /// <param name="indices">The images, each from 0.</param>
    /// <param name="destination">At least <c>indices.Length × Length</c> values.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such image, or the destination is too short.</exception>
    public void Read(ReadOnlySpan<int> indices, Span<float> destination)
    {
        int length = Length;
        for (int i = 0; i < indices.Length; i++)
            Read(indices[i], destination.Slice(i * length, length));
    }

    /// <summary>A view of some images; only labels are copied.</summary>
    /// <param name="first">The first image, from 0.</param>
    /// <param name="count">Number of images, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The range does not lie within the set.</exception>
    public ImageSet Slice(int first, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(first);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, Count - first);
        return new ImageSet(this, Name, count, Channels, _rows is null ? _start + first : 0, _rows?.AsSpan(first, count).ToArray())
        {
            Names = Names?.Skip(first).Take(count).ToArray(),
            Labels = Labels?.AsSpan(first, count).ToArray(),
        };
    }

    /// <summary>A view of chosen images, in the given order; only names and labels are copied.</summary>
    /// <param name="indices">The images, each from 0; at least one.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such image, or none is chosen.</exception>
    public ImageSet Select(IReadOnlyList<int> indices)
    {
        ArgumentNullException.ThrowIfNull(indices);
        ArgumentOutOfRangeException.ThrowIfZero(indices.Count, nameof(indices));
        int[] chosen = new int[indices.Count];
        for (int i = 0; i < chosen.Length; i++)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(indices[i], nameof(indices));
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(indices[i], Count, nameof(indices));
            chosen[i] = _rows is null ? _start + indices[i] : _rows[indices[i]];
        }
        return new ImageSet(this, Name, chosen.Length, Channels, 0, chosen)
        {
            Names = Names is { } names ? [.. indices.Select(i => names[i])] : null,
            Labels = Labels is { } labels ? [.. indices.Select(i => labels[i])] : null,
        };
    }

    /// <summary>
    /// The same images with another number of channels; pixels are shared. Grey images become colour with three equal channels. Colour
    /// images become grey if their channels are equal everywhere.
    /// </summary>
    /// <param name="channels">1 or 3; any other number, and a set of any other, leaves the set as it is.</param>
    /// <exception cref="InvalidInputException">An image is really in colour; the message names it.</exception>
    public ImageSet AsChannels(int channels)
    {
        if (channels == Channels || channels is not (1 or 3) || Channels is not (1 or 3))
            return this;
        if (channels == 1)
        {
            for (int i = 0; i < Count; i++)
            {
                if (IsColoured(i))
                    throw Coloured(i);
            }
        }
        string note = channels == 3 ? "grey, read as colour: three equal channels" : "stored as colour, all grey: read as grey";
        return new ImageSet(this, Name, Count, channels, _start, _rows) { Reading = Reading?.Noting(note) };
    }

    /// <summary>The same images with another name, labels or reading; pixels are shared.</summary>
    internal ImageSet With(string? name = null, byte[]? labels = null, ImageReading? reading = null)
    {
        if (labels is not null && labels.Length != Count)
            throw new InvalidInputException(
                $"{name ?? Name}: {Count} images have {labels.Length} labels. Both files must come from one set.");
        return new ImageSet(this, name ?? Name, Count, Channels, _start, _rows) { Labels = labels ?? Labels, Reading = reading ?? Reading };
    }

    /// <summary>The bytes of all images, if they are contiguous and in order.</summary>
    internal ReadOnlySpan<byte> AllBytes =>
        _bytes is null || _rows is not null || _storedChannels != Channels ? default : _bytes.AsSpan(_start * Length, Count * Length);

    /// <summary>The bytes of one channel of an image; none if the set keeps floats.</summary>
    internal ReadOnlySpan<byte> BytesOf(int index, int channel) =>
        _bytes is null ? default : _bytes.AsSpan(PlaneOf(index, channel), Height * Width);

    /// <summary>The floats of one channel of an image; none if the set keeps bytes.</summary>
    internal ReadOnlySpan<float> FloatsOf(int index, int channel) =>
        _floats is null ? default : _floats.AsSpan(PlaneOf(index, channel), Height * Width);

    private int OffsetOf(int index) => (_rows is null ? _start + index : _rows[index]) * (_storedChannels * Height * Width);

    private int PlaneOf(int index, int channel) => OffsetOf(index) + (Math.Min(channel, _storedChannels - 1) * Height * Width);

    private bool IsColoured(int index) => _bytes is not null
        ? !BytesOf(index, 0).SequenceEqual(BytesOf(index, 1)) || !BytesOf(index, 0).SequenceEqual(BytesOf(index, 2))
        : !FloatsOf(index, 0).SequenceEqual(FloatsOf(index, 1)) || !FloatsOf(index, 0).SequenceEqual(FloatsOf(index, 2));

    private InvalidInputException Coloured(int index)
    {
        string what = Names is null ? $"{Name}: row {index}" : $"{Name}: {MessageText.Printable(Names[index])}";
        string how = Names is null
            ? "array.mean(axis) over the channels makes it grey, or train a model on colour images"
            : "mogrify -colorspace Gray makes pictures grey, or train a model on colour images";
        return new InvalidInputException(
            $"{what} is a colour image, its channels differ, and the model takes grey images (1 channel). Convert it: {how}.");
    }

    /// <summary>The position of a value, in words: the image is the row, the position in it the column.</summary>
    internal static string Place(int index, int channels, int height, int width)
    {
        int length = channels * height * width;
        (int row, int column) = (index / length, index % length);
        string place = $"row {row}, column {column}";
        if (height == 1 && channels == 1)
            return place;
        string channel = channels == 1 ? "" : $"channel {column / (height * width)}, ";
        return $"{place} (image {row}, {channel}pixel row {column / width % height}, pixel column {column % width})";
    }

    private static int CountOf(string name, int channels, int height, int width, int values, IReadOnlyList<string>? names, byte[]? labels)
    {
        ArgumentNullException.ThrowIfNull(name);
        long length = (long)channels * height * width;
        if (channels is < 1 or > MaxValues || height is < 1 or > MaxSide || width is < 1 or > MaxValues || length is < 1 or > MaxValues)
        {
            throw new InvalidInputException(
                $"{name}: images of {channels}×{height}×{width} (channels×height×width) cannot be used: each must be at least 1, the "
                    + $"height at most {MaxSide}, and their product at most {MaxValues}.");
        }
        if (values == 0 || values % length != 0)
            throw new InvalidInputException(
                $"{name}: {values} values are not a whole number of images of {channels}×{height}×{width} = {length} values. "
                    + "Check the shape.");
        int count = (int)(values / length);
        if (names is not null && names.Count != count)
            throw new InvalidInputException($"{name}: {count} images have {names.Count} names.");
        if (labels is not null && labels.Length != count)
            throw new InvalidInputException($"{name}: {count} images have {labels.Length} labels. Both files must come from one set.");
        return count;
    }
}
