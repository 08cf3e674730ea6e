using System.Buffers.Binary;
using System.IO.Compression;

namespace Joule.Data;

/// <summary>The IDX format of MNIST: a big-endian header and unsigned bytes, gzipped or not (told by the content, not by the name).
/// A header is never believed: memory is taken only for what the file can hold.</summary>
public static class IdxFile
{
    private const int ImagesMagic = 0x00000803;
    private const int LabelsMagic = 0x00000801;
    private const int Step = 64 << 20; // how far memory may run ahead of what a compressed file has delivered

    /// <summary>Reads images (magic number 0x00000803: unsigned bytes in 3 dimensions).</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="InvalidInputException">There is no such file, or it is no whole IDX file of images.</exception>
    public static ImageSet ReadImages(string path) => InputFile.Read(path, stream => ReadImages(stream, path));

    /// <summary>Reads images from a stream that ends where the file ends.</summary>
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
        if (count == 0) throw new InvalidInputException($"{name}: the file holds no images. At least one is needed.");
        if (height is 0 or > ImageSet.MaxSide || width is 0 or > ImageSet.MaxSide)
            throw new InvalidInputException(
                $"{name}: the header claims images of {height}×{width} pixels; each side must be 1 to {ImageSet.MaxSide}. The file is damaged: fetch it again.");
        var pixels = content.ReadBody((UInt128)count * height * width, $"{count} images of {height}×{width} pixels");
        return ImageSet.FromBytes(name, 1, (int)height, (int)width, pixels);
    }

    /// <summary>Reads labels (magic number 0x00000801: unsigned bytes in 1 dimension).</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="InvalidInputException">There is no such file, or it is no whole IDX file of labels.</exception>
    public static byte[] ReadLabels(string path) => InputFile.Read(path, stream => ReadLabels(stream, path));

    /// <summary>Reads labels from a stream that ends where the file ends.</summary>
    /// <param name="stream">The content, gzipped or not.</param>
    /// <param name="name">What messages call it.</param>
    /// <exception cref="InvalidInputException">It is no whole IDX file of labels.</exception>
    public static byte[] ReadLabels(Stream stream, string name)
    {
        ArgumentNullException.ThrowIfNull(stream);
        using var content = new IdxContent(stream, name);
        content.ExpectMagic(LabelsMagic, "labels", "images");
        Span<byte> header = stackalloc byte[4];
        content.ReadHeader(header);
        var count = BinaryPrimitives.ReadUInt32BigEndian(header);
        return content.ReadBody(count, $"{count} labels");
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
        private int read;

        public IdxContent(Stream stream, string name)
        {
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
            throw new InvalidInputException($"{name}: the magic number is 0x{magic:x8}, where an IDX file of {what} starts with 0x{expected:x8}. {hint}");
        }

        public void ReadHeader(Span<byte> destination)
        {
            var got = content.ReadUpTo(destination);
            read += got;
            if (got < destination.Length)
                throw new InvalidInputException($"{name}: the file ends after {read} bytes, within the IDX header. It is cut short: fetch it again.");
        }

        public byte[] ReadBody(UInt128 claimed, string what)
        {
            if (content.LengthLimit is long limit && claimed > (UInt128)Math.Max(0, limit - read))
                throw CutShort(claimed, what, content.IsPacked ? $"the compressed file cannot hold more than {limit - read}" : $"the file has {limit - read}");
            if (claimed > (UInt128)Array.MaxLength)
                throw new InvalidInputException($"{name}: the header claims {what} ({claimed} bytes); at most {Array.MaxLength} bytes can be read. Split the file.");
            var body = new byte[content.LengthLimit is null || content.IsPacked ? (int)UInt128.Min(claimed, Step) : (int)claimed];
            var filled = 0;
            while (true)
            {
                filled += content.ReadUpTo(body.AsSpan(filled));
                if (filled < body.Length) throw CutShort(claimed, what, $"the file has {filled}");
                if (body.Length == (int)claimed) break;
                Array.Resize(ref body, (int)Math.Min((long)claimed, (long)body.Length + Step));
            }
            Span<byte> more = stackalloc byte[1];
            if (content.ReadUpTo(more) > 0)
                throw new InvalidInputException($"{name}: bytes follow after the {what} that the header claims. The file is damaged: fetch it again.");
            return body;
        }

        public void Dispose() => content.Dispose();

        private InvalidInputException CutShort(UInt128 claimed, string what, string has) =>
            new($"{name}: the header claims {what} ({claimed} bytes), but {has}. The file is cut short or damaged: fetch it again.");
    }
}
