using System.Buffers.Binary;
using System.IO.Compression;

namespace Joule.Data;

/// <summary>
/// The IDX format of MNIST: a big-endian header and values, gzipped or not (detected from the content, not the name). Images of every IDX
/// element type are read, and labels of unsigned bytes; images are written as unsigned bytes. A header is never trusted: memory is
/// allocated only for what the file can hold, and a compressed file may unpack to twice its size and 63 MiB.
/// </summary>
public static class IdxFile
{
    private const int ImagesMagic = 0x00000803;
    private const int LabelsMagic = 0x00000801;
    private const int Classes = 256;

    /// <summary>
    /// Reads images, normally with the magic number 0x00000803: unsigned bytes in 3 dimensions. Other element types and 2 or 4 dimensions
    /// are read as arrays (<see cref="ReadingRequest"/>).
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="request">How to read it; null: by type and shape alone.</param>
    /// <exception cref="InvalidInputException">
    /// There is no such file, it is not a complete IDX file of images, or it can be read in several ways.
    /// </exception>
    public static ImageSet ReadImages(string path, ReadingRequest? request = null) =>
        InputFile.Read(path, stream => ReadImages(stream, path, request));

    /// <summary>Reads images from a seekable stream that ends where the file ends.</summary>
    /// <param name="stream">The content, gzipped or not.</param>
    /// <param name="name">Its name in messages.</param>
    /// <param name="request">How to read it; null: by type and shape alone.</param>
    /// <exception cref="InvalidInputException">It is not a complete IDX file of images, or it can be read in several ways.</exception>
    public static ImageSet ReadImages(Stream stream, string name, ReadingRequest? request = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        using IdxContent content = new(stream, name);
        (ElementType type, int dimensions) = content.ReadImagesMagic();
        Span<byte> header = stackalloc byte[4 * dimensions];
        content.ReadHeader(header);
        uint[] sides = new uint[dimensions];
        UInt128 count = 1;
        for (int d = 0; d < dimensions; d++)
            count *= sides[d] = BinaryPrimitives.ReadUInt32BigEndian(header[(4 * d)..]);
        count = UInt128.Min(count, ulong.MaxValue); // more than any file has
        if (sides[0] == 0)
            throw content.Bad(4, "the file holds no images. At least one is needed.");
        CheckSides(content, sides);
        string what = dimensions == 3
            ? $"{sides[0]} {(sides[0] == 1 ? "image" : "images")} of {sides[1]}×{sides[2]} pixels"
            : $"an array of {string.Join("×", sides)}";
        content.CheckBody(count * (uint)type.Size, count * (type.Size == 1 ? 1u : 4u), what);
        long start = content.Offset;
        request ??= ReadingRequest.Default;
        // The format defines three dimensions: images, rows and columns.
        if (dimensions == 3)
            request = request with { Layout = request.Layout ?? ImageLayout.Nhw };
        try
        {
            ImageSet images = ArrayImages.Read(
                content.Body, new ArrayOrigin(name, start), type, [.. sides.Select(side => (int)side)], false, request);
            content.CheckEnd(what);
            return images;
        }
        catch (EndOfStreamException)
        {
            throw content.CutShort(content.Offset, count * (uint)type.Size, what, $"the file has {content.Offset - start}");
        }
    }

    /// <summary>Reads labels (magic number 0x00000801: unsigned bytes in 1 dimension).</summary>
    /// <param name="path">The file.</param>
    /// <param name="classes">Number of classes, 1 to 256: a label is 0 to classes − 1.</param>
    /// <exception cref="InvalidInputException">
    /// There is no such file, it is not a complete IDX file of labels, or a label is out of range.
    /// </exception>
    public static byte[] ReadLabels(string path, int classes = Classes) =>
        InputFile.Read(path, stream => ReadLabels(stream, path, classes));

    /// <summary>Reads labels from a seekable stream that ends where the file ends.</summary>
    /// <param name="stream">The content, gzipped or not.</param>
    /// <param name="name">Its name in messages.</param>
    /// <param name="classes">Number of classes, 1 to 256: a label is 0 to classes − 1.</param>
    /// <exception cref="InvalidInputException">It is not a complete IDX file of labels, or a label is out of range.</exception>
    public static byte[] ReadLabels(Stream stream, string name, int classes = Classes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(classes, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(classes, Classes);
        ArgumentNullException.ThrowIfNull(stream);
        using IdxContent content = new(stream, name);
        content.ExpectLabelsMagic();
        Span<byte> header = stackalloc byte[4];
        content.ReadHeader(header);
        uint count = BinaryPrimitives.ReadUInt32BigEndian(header);
        content.CheckBody(count, count, $"{count} labels");
        byte[] labels = new byte[count];
        long start = content.Offset;
        if (content.ReadUpTo(labels) < labels.Length)
            throw content.CutShort(content.Offset, count, $"{count} labels", $"the file has {content.Offset - start}");
        content.CheckEnd($"{count} labels");
        int outside = classes == Classes ? -1 : labels.AsSpan().IndexOfAnyExceptInRange((byte)0, (byte)(classes - 1));
        return outside < 0 ? labels : throw content.Bad(
            8 + outside,
            $"the label {labels[outside]} at row {outside}, column 0 lies outside 0 to {classes - 1}. Correct them, or leave their file "
                + "out.");
    }

    /// <summary>
    /// Whether a file holds labels for <see cref="ReadLabels(string, int)"/>, or is not an IDX file at all; false for IDX of another type
    /// or dimension.
    /// </summary>
    internal static bool HoldsLabels(string path) => InputFile.Read(path, stream =>
    {
        using IdxContent content = new(stream, path);
        return content.ReadMagic() is var magic && (magic >>> 16 != 0 || magic is LabelsMagic or ImagesMagic);
    });

    /// <summary>Writes grey images of 8 bits, atomically. Brightness is rounded to the nearest of 0..255.</summary>
    /// <param name="path">The file to create or replace.</param>
    /// <param name="images">The images; one channel.</param>
    /// <param name="gzip">Whether to compress it.</param>
    /// <exception cref="InvalidInputException">The images are in colour, or the file cannot be written.</exception>
    public static void WriteImages(string path, ImageSet images, bool gzip = false)
    {
        ArgumentNullException.ThrowIfNull(images);
        if (images.Channels != 1)
            throw new InvalidInputException(
                $"{images.Name}: IDX holds grey images, these have {images.Channels} channels. Write NPY instead.");
        Write(path, gzip, stream =>
        {
            WriteWords(stream, ImagesMagic, images.Count, images.Height, images.Width);
            float[] values = new float[images.Length];
            byte[] row = new byte[images.Length];
            for (int i = 0; i < images.Count; i++)
            {
                images.Read(i, values);
                for (int j = 0; j < row.Length; j++)
                    row[j] = (byte)MathF.Round(values[j] * 255f);
                stream.Write(row);
            }
        });
    }

    /// <summary>Writes labels, atomically.</summary>
    /// <param name="path">The file to create or replace.</param>
    /// <param name="labels">One class per image.</param>
    /// <param name="gzip">Whether to compress it.</param>
    /// <exception cref="InvalidInputException">The file cannot be written.</exception>
    public static void WriteLabels(string path, byte[] labels, bool gzip = false)
    {
        ArgumentNullException.ThrowIfNull(labels);
        Write(path, gzip, stream =>
        {
            WriteWords(stream, LabelsMagic, labels.Length);
            stream.Write(labels);
        });
    }

    private static void Write(string path, bool gzip, Action<Stream> write) => AtomicFile.Write(path, file =>
    {
        if (!gzip)
        {
            write(file);
            return;
        }
        using GZipStream packed = new(file, CompressionLevel.Optimal, leaveOpen: true);
        write(packed);
    });

    private static void WriteWords(Stream stream, params ReadOnlySpan<int> words)
    {
        Span<byte> buffer = stackalloc byte[4];
        foreach (int word in words)
        {
            BinaryPrimitives.WriteInt32BigEndian(buffer, word);
            stream.Write(buffer);
        }
    }

    private static void CheckSides(IdxContent content, uint[] sides)
    {
        if (sides.Length != 3)
        {
            if (sides.Contains(0u))
                throw content.Bad(
                    8, $"the header claims an array of {string.Join("×", sides)}, which is empty. The file is damaged: fetch it again.");
            return;
        }
        (uint height, uint width) = (sides[1], sides[2]);
        if (height is 0 or > ImageSet.MaxSide || width is 0 or > ImageSet.MaxSide)
        {
            throw content.Bad(
                8, $"the header claims images of {height}×{width} pixels; each side must be 1 to {ImageSet.MaxSide}. The file is damaged: "
                    + "fetch it again.");
        }
        if ((long)height * width > ImageSet.MaxValues)
            throw content.Bad(
                8, $"the header claims images of {height}×{width} pixels; an image has at most {ImageSet.MaxValues}. Make the images "
                    + "smaller.");
    }

    /// <summary>The unpacked bytes of one file, with what is known about their number.</summary>
    private sealed class IdxContent : IDisposable
    {
        private readonly string _name;
        private readonly GzipOrPlain _content;

        public IdxContent(Stream stream, string name)
        {
            if (!stream.CanSeek)
                throw new InvalidInputException($"{name}: an IDX file must be a regular file, not a pipe. Save it to disk first.");
            _name = name;
            _content = new GzipOrPlain(stream, name);
        }

        /// <summary>The bytes after the header, for a reader of arrays.</summary>
        public Stream Body => new BodyStream(_content);

        /// <summary>Bytes of content read so far.</summary>
        public long Offset => _content.Offset;

        /// <summary>Reads the magic number of images: their element type and the number of dimensions.</summary>
        public (ElementType Type, int Dimensions) ReadImagesMagic()
        {
            int magic = ReadMagic();
            if (magic == LabelsMagic)
                throw Unexpected(magic, ImagesMagic, "images", "That is a file of labels: give the file of images.");
            if (magic >>> 16 != 0)
                throw Unexpected(magic, ImagesMagic, "images", "This is not an IDX file, or it is damaged: fetch it again.");
            return ElementType.OfIdx((byte)(magic >>> 8)) is { } type && (magic & 0xFF) is >= 2 and <= 4 and var dimensions
                ? (type, dimensions)
                : throw Unexpected(
                    magic, ImagesMagic, "images",
                    "That is IDX of another element type or dimension: images have 3 dimensions (2 and 4 are read too) and the element "
                        + "type 0x08, 0x09, 0x0b, 0x0c, 0x0d or 0x0e.");
        }

        /// <summary>Reads the magic number of labels.</summary>
        public void ExpectLabelsMagic()
        {
            int magic = ReadMagic();
            if (magic == LabelsMagic)
                return;
            throw Unexpected(magic, LabelsMagic, "labels", magic switch
            {
                ImagesMagic => "That is a file of images: give the file of labels.",
                _ when magic >>> 16 == 0 =>
                    "That is IDX of another element type or dimension: labels are unsigned bytes (0x08) in 1 dimension.",
                _ => "This is not an IDX file, or it is damaged: fetch it again.",
            });
        }

        public int ReadUpTo(Span<byte> destination) => _content.ReadUpTo(destination);

        public void ReadHeader(Span<byte> destination)
        {
            if (_content.ReadUpTo(destination) < destination.Length)
                throw Bad(
                    _content.Offset,
                    $"the file ends after {_content.Offset} bytes, within the IDX header. It is cut short: fetch it again.");
        }

        /// <summary>Checks the header's claims, before any memory is allocated.</summary>
        /// <param name="claimed">Bytes that must follow.</param>
        /// <param name="memory">Bytes of memory that they take.</param>
        /// <param name="what">Their name.</param>
        public void CheckBody(UInt128 claimed, UInt128 memory, string what)
        {
            long start = _content.Offset;
            UInt128 most = (UInt128)Math.Max(0, _content.LengthLimit!.Value - start);
            if (claimed > most)
                throw CutShort(
                    start, claimed, what, _content.IsPacked ? $"the compressed file cannot hold more than {most}" : $"the file has {most}");
            if (claimed > (UInt128)Array.MaxLength)
                throw Bad(
                    start, $"the header claims {what} ({claimed} bytes); at most {Array.MaxLength} bytes can be read. Split the file.");
            long fileLength = _content.FileLength!.Value;
            if (_content.IsPacked && memory > (UInt128)ReadLimit.Unpacked(fileLength))
            {
                throw Bad(
                    start,
                    $"the header claims {what} ({memory} bytes in memory), and a compressed file of {fileLength} bytes may unpack to "
                    + $"{ReadLimit.Unpacked(fileLength)}. "
                    + "Unpack it first: gunzip -k FILE.");
            }
        }

        /// <summary>Checks that nothing follows.</summary>
        public void CheckEnd(string what)
        {
            Span<byte> more = stackalloc byte[1];
            if (_content.ReadUpTo(more) > 0)
                throw Bad(
                    _content.Offset - 1, $"bytes follow after the {what} that the header claims. The file is damaged: fetch it again.");
        }

        public InvalidInputException Bad(long offset, string problem) =>
            InvalidInputException.At(_name, _content.Place(offset), offset, problem);

        public void Dispose() => _content.Dispose();

        public InvalidInputException CutShort(long offset, UInt128 claimed, string what, string has) =>
            Bad(offset, $"the header claims {what} ({claimed} bytes), but {has}. The file is cut short or damaged: fetch it again.");

        public int ReadMagic()
        {
            Span<byte> bytes = stackalloc byte[4];
            ReadHeader(bytes);
            return BinaryPrimitives.ReadInt32BigEndian(bytes);
        }

        private InvalidInputException Unexpected(int magic, int expected, string what, string hint) =>
            Bad(0, $"the magic number is 0x{magic:x8}, where an IDX file of {what} starts with 0x{expected:x8}. {hint}");
    }

    /// <summary>The bytes after the header, as a stream.</summary>
    private sealed class BodyStream(GzipOrPlain content) : ForwardStream
    {
        public override int Read(Span<byte> buffer) => content.ReadUpTo(buffer);

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));
    }
}
