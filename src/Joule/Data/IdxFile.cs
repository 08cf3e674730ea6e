using System.Buffers.Binary;
using System.IO.Compression;

namespace Joule.Data;

/// <summary>The IDX format of MNIST: a big-endian header and unsigned bytes, gzipped or not (told by the content, not by the name).
/// A header is never believed: memory is taken only for what the file can hold, and a compressed file may unpack to twice its size and
/// 63 MiB.</summary>
public static class IdxFile
{
    private const int ImagesMagic = 0x00000803;
    private const int LabelsMagic = 0x00000801;
    private const int Classes = 256;

    /// <summary>Reads images (magic number 0x00000803: unsigned bytes in 3 dimensions).</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="InvalidInputException">There is no such file, or it is no whole IDX file of images.</exception>
    public static ImageSet ReadImages(string path) => InputFile.Read(path, stream => ReadImages(stream, path));

    /// <summary>Reads images from a stream that can seek and ends where the file ends.</summary>
    /// <param name="stream">The content, gzipped or not.</param>
    /// <param name="name">What messages call it.</param>
    /// <exception cref="InvalidInputException">It is no whole IDX file of images.</exception>
    public static ImageSet ReadImages(Stream stream, string name)
    {
        ArgumentNullException.ThrowIfNull(stream);
        using var content = new IdxContent(stream, name);
        content.ExpectMagic(ImagesMagic, "images", "labels");
        Span<byte> header = stackalloc byte[12];
        content.ReadHeader(header);
        var count = BinaryPrimitives.ReadUInt32BigEndian(header);
        var height = BinaryPrimitives.ReadUInt32BigEndian(header[4..]);
        var width = BinaryPrimitives.ReadUInt32BigEndian(header[8..]);
        if (count == 0) throw content.Bad(4, "the file holds no images. At least one is needed.");
        if (height is 0 or > ImageSet.MaxSide || width is 0 or > ImageSet.MaxSide)
        {
            throw content.Bad(
                8, $"the header claims images of {height}×{width} pixels; each side must be 1 to {ImageSet.MaxSide}. The file is damaged: fetch it again.");
        }
        if ((long)height * width > ImageSet.MaxValues)
            throw content.Bad(8, $"the header claims images of {height}×{width} pixels; an image has at most {ImageSet.MaxValues}. Make the images smaller.");
        var pixels = content.ReadBody((UInt128)count * height * width, $"{count} images of {height}×{width} pixels");
        return ImageSet.FromBytes(name, 1, (int)height, (int)width, pixels);
    }

    /// <summary>Reads labels (magic number 0x00000801: unsigned bytes in 1 dimension).</summary>
    /// <param name="path">The file.</param>
    /// <param name="classes">How many classes there are, 1 to 256: a label is 0 to classes − 1.</param>
    /// <exception cref="InvalidInputException">There is no such file, it is no whole IDX file of labels, or a label is out of
    /// range.</exception>
    public static byte[] ReadLabels(string path, int classes = Classes) => InputFile.Read(path, stream => ReadLabels(stream, path, classes));

    /// <summary>Reads labels from a stream that can seek and ends where the file ends.</summary>
    /// <param name="stream">The content, gzipped or not.</param>
    /// <param name="name">What messages call it.</param>
    /// <param name="classes">How many classes there are, 1 to 256: a label is 0 to classes − 1.</param>
    /// <exception cref="InvalidInputException">It is no whole IDX file of labels, or a label is out of range.</exception>
    public static byte[] ReadLabels(Stream stream, string name, int classes = Classes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(classes, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(classes, Classes);
        ArgumentNullException.ThrowIfNull(stream);
        using var content = new IdxContent(stream, name);
        content.ExpectMagic(LabelsMagic, "labels", "images");
        Span<byte> header = stackalloc byte[4];
        content.ReadHeader(header);
        var count = BinaryPrimitives.ReadUInt32BigEndian(header);
        var labels = content.ReadBody(count, $"{count} labels");
        var outside = classes == Classes ? -1 : labels.AsSpan().IndexOfAnyExceptInRange((byte)0, (byte)(classes - 1));
        return outside < 0 ? labels : throw content.Bad(
            8 + outside, $"the label {labels[outside]} at row {outside}, column 0 lies outside 0 to {classes - 1}. Mend the labels, or leave their file out.");
    }

    /// <summary>Writes grey images of 8 bits, at once. Brightness is rounded to the nearest of 0..255.</summary>
    /// <param name="path">The file to create or replace.</param>
    /// <param name="images">The images; one channel.</param>
    /// <param name="gzip">Whether to compress it.</param>
    /// <exception cref="InvalidInputException">The images are in colour, or the file cannot be written.</exception>
    public static void WriteImages(string path, ImageSet images, bool gzip = false)
    {
        ArgumentNullException.ThrowIfNull(images);
        if (images.Channels != 1) throw new InvalidInputException($"{images.Name}: IDX holds grey images, these have {images.Channels} channels. Write NPY instead.");
        Write(path, gzip, stream =>
        {
            WriteWords(stream, ImagesMagic, images.Count, images.Height, images.Width);
            var values = new float[images.Length];
            var row = new byte[images.Length];
            for (var i = 0; i < images.Count; i++)
            {
                images.Read(i, values);
                for (var j = 0; j < row.Length; j++) row[j] = (byte)MathF.Round(values[j] * 255f);
                stream.Write(row);
            }
        });
    }

    /// <summary>Writes labels, at once.</summary>
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
        using var packed = new GZipStream(file, CompressionLevel.Optimal, leaveOpen: true);
        write(packed);
    });

    private static void WriteWords(Stream stream, params ReadOnlySpan<int> words)
    {
        Span<byte> buffer = stackalloc byte[4];
        foreach (var word in words)
        {
            BinaryPrimitives.WriteInt32BigEndian(buffer, word);
            stream.Write(buffer);
        }
    }

    /// <summary>The unpacked bytes of one file, with what is known about how many there can be.</summary>
    private sealed class IdxContent : IDisposable
    {
        private readonly string name;
        private readonly GzipOrPlain content;

        public IdxContent(Stream stream, string name)
        {
            if (!stream.CanSeek) throw new InvalidInputException($"{name}: an IDX file must be a regular file, not a pipe. Save it to disk first.");
            this.name = name;
            content = new GzipOrPlain(stream, name);
        }

        public void ExpectMagic(int expected, string what, string other)
        {
            Span<byte> bytes = stackalloc byte[4];
            ReadHeader(bytes);
            var magic = BinaryPrimitives.ReadInt32BigEndian(bytes);
            if (magic == expected) return;
            var hint = magic switch
            {
                ImagesMagic or LabelsMagic => $"That is a file of {other}: give the file of {what}.",
                _ when magic >>> 16 == 0 => $"That is IDX of another element type or dimension: {what} are unsigned bytes (0x08) in {expected & 0xFF} dimension(s).",
                _ => "This is no IDX file, or it is damaged: fetch it again.",
            };
            throw Bad(0, $"the magic number is 0x{magic:x8}, where an IDX file of {what} starts with 0x{expected:x8}. {hint}");
        }

        public void ReadHeader(Span<byte> destination)
        {
            if (content.ReadUpTo(destination) < destination.Length)
                throw Bad(content.Offset, $"the file ends after {content.Offset} bytes, within the IDX header. It is cut short: fetch it again.");
        }

        public byte[] ReadBody(UInt128 claimed, string what)
        {
            var start = content.Offset;
            var most = (UInt128)Math.Max(0, content.LengthLimit!.Value - start);
            if (claimed > most) throw CutShort(start, claimed, what, content.IsPacked ? $"the compressed file cannot hold more than {most}" : $"the file has {most}");
            if (claimed > (UInt128)Array.MaxLength)
                throw Bad(start, $"the header claims {what} ({claimed} bytes); at most {Array.MaxLength} bytes can be read. Split the file.");
            var fileLength = content.FileLength!.Value;
            if (content.IsPacked && claimed > (UInt128)ReadLimit.Unpacked(fileLength))
            {
                throw Bad(
                    start,
                    $"the header claims {what} ({claimed} bytes), and a compressed file of {fileLength} bytes may unpack to {ReadLimit.Unpacked(fileLength)}. "
                    + "Unpack it first: gunzip -k FILE.");
            }
            var body = new byte[(int)claimed];
            if (content.ReadUpTo(body) < body.Length) throw CutShort(content.Offset, claimed, what, $"the file has {content.Offset - start}");
            Span<byte> more = stackalloc byte[1];
            if (content.ReadUpTo(more) > 0)
                throw Bad(content.Offset - 1, $"bytes follow after the {what} that the header claims. The file is damaged: fetch it again.");
            return body;
        }

        public InvalidInputException Bad(long offset, string problem) => InvalidInputException.At(name, content.Place(offset), offset, problem);

        public void Dispose() => content.Dispose();

        private InvalidInputException CutShort(long offset, UInt128 claimed, string what, string has) =>
            Bad(offset, $"the header claims {what} ({claimed} bytes), but {has}. The file is cut short or damaged: fetch it again.");
    }
}
