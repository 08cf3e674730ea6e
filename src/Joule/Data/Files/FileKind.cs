using System.Buffers.Binary;
using System.Text;

namespace Joule.Data;

/// <summary>The kind of an unexpected file, recognised by its first bytes, and what to do with it.</summary>
/// <param name="Name">Its name with an article, for example <c>a PNG picture</c>.</param>
/// <param name="AsImages">How to give its content as images; empty if that is impossible.</param>
internal sealed record FileKind(string Name, string AsImages = "")
{
    /// <summary>Number of bytes that are examined.</summary>
    public const int HeadLength = 512;

    private const string ToPng = "Make PNG of it, in a folder: mogrify -format png FILE, and name the folder";
    private const string ToNpy = "Read it in Python, and save the images as an array: numpy.save('images.npy', array)";

    private static readonly (byte[] Start, FileKind Kind)[] Starts =
    [
        ([0x89, .. "HDF\r\n"u8], new("an HDF5 file (as Keras' .h5 and MATLAB 7.3's .mat are)", ToNpy)),
        ([0x93, .. "NUMPY"u8], new("a NumPy array (.npy)")),
        ("GGUF"u8.ToArray(), new("a GGUF file of a language model")),
        ([0xFF, 0xD8, 0xFF], new("a JPEG picture", ToPng)),
        ("GIF8"u8.ToArray(), new("a GIF picture", ToPng)),
        ("II*\0"u8.ToArray(), new("a TIFF picture", ToPng)),
        ("MM\0*"u8.ToArray(), new("a TIFF picture", ToPng)),
        ([0x76, 0x2F, 0x31, 0x01], new("an OpenEXR picture", ToPng)),
        ([0xFF, 0x0A], new("a JPEG XL picture", ToPng)),
        ([0, 0, 0, 12, .. "JXL "u8], new("a JPEG XL picture", ToPng)),
        ([0, 0, 0, 12, .. "jP  "u8], new("a JPEG 2000 picture", ToPng)),
        ([0, 0, 1, 0], new("an icon (.ico)", ToPng)),
        ("%PDF"u8.ToArray(), new("a PDF document", "Save its pictures as PNG, and name their folder")),
        ("PAR1"u8.ToArray(), new("a Parquet table", ToNpy)),
        ("ARROW1"u8.ToArray(), new("an Arrow table", ToNpy)),
        ("MATLAB 5.0"u8.ToArray(),
            new("a MATLAB file", "Read it with scipy.io.loadmat, and save the images: numpy.save('images.npy', array)")),
        ("SQLite format 3"u8.ToArray(), new("an SQLite database")),
        ("version https://git-lfs"u8.ToArray(),
            new("a Git LFS pointer, which stands for a file that was not fetched", "Fetch the file: git lfs pull")),
        ("BZh"u8.ToArray(), new("a bzip2 archive", "Unpack it: bunzip2 -k FILE")),
        ([0xFD, .. "7zXZ"u8], new("an xz archive", "Unpack it: unxz -k FILE")),
        ([0x28, 0xB5, 0x2F, 0xFD], new("a Zstandard archive", "Unpack it: unzstd FILE")),
        ([(byte)'7', (byte)'z', 0xBC, 0xAF], new("a 7-Zip archive", "Unpack it, and name what was in it")),
        ("Rar!"u8.ToArray(), new("a RAR archive", "Unpack it, and name what was in it")),
        ([0x7F, .. "ELF"u8], new("a program")),
        ("MZ"u8.ToArray(), new("a program")),
    ];

    private static readonly byte[][] OldPickles =
        [.. new[] { "(lp", "(dp", "(ip", "cnumpy", "ccopy_reg\n", "c__builtin__\n", "cbuiltins\n", "ccollections\n", "ctorch" }
            .Select(Encoding.ASCII.GetBytes)];

    /// <summary>Recognises a file; null if it is not known.</summary>
    /// <param name="head">Its first bytes, up to <see cref="HeadLength"/>.</param>
    public static FileKind? Of(ReadOnlySpan<byte> head)
    {
        if (head.Length == 0)
            return new FileKind("an empty file");
        if (head is [0x89, (byte)'P', (byte)'N', (byte)'G', ..])
            return new FileKind("a PNG picture", "Put the pictures into a folder and name the folder");
        foreach ((byte[] start, FileKind kind) in Starts)
        {
            if (head.StartsWith(start))
                return kind;
        }
        return Containers(head) ?? Weights(head) ?? Texts(head);
    }

    /// <summary>Whether the file only stands for another file.</summary>
    public bool IsPointer => Name.Contains("pointer", StringComparison.Ordinal);

    /// <summary>Whether it is a tar archive.</summary>
    public bool IsTar => Name.Contains("tar archive", StringComparison.Ordinal);

    /// <summary>Recognises a seekable file, and keeps its position.</summary>
    /// <param name="stream">The file, at its start.</param>
    /// <param name="isSafeTensors">Whether it starts as safetensors do.</param>
    public static FileKind? Of(Stream stream, out bool isSafeTensors)
    {
        (long position, byte[] head) = (stream.Position, new byte[HeadLength]);
        int count = stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
        stream.Position = position;
        isSafeTensors = IsSafeTensors(head.AsSpan(0, count), stream.Length - position);
        return Of(head.AsSpan(0, count));
    }

    /// <summary>Whether a file starts as safetensors do: a length that the file can have, and then JSON.</summary>
    public static bool IsSafeTensors(ReadOnlySpan<byte> head, long length) =>
        head.Length > 8 && BinaryPrimitives.ReadUInt64LittleEndian(head) <= (ulong)Math.Max(0, length - 8) && head[8] == '{';

    private static FileKind? Containers(ReadOnlySpan<byte> head)
    {
        if (head.StartsWith("PK\x03\x04"u8) || head.StartsWith("PK\x05\x06"u8))
            return Zip(head);
        if (head is [0x1F, 0x8B, ..])
            return new FileKind("a gzipped file", "Unpack it: gunzip -k FILE");
        if (head.Length >= 348 && (head[344..348].SequenceEqual("n+1\0"u8) || head[344..348].SequenceEqual("ni1\0"u8)))
            return new FileKind(
                "a NIfTI picture (.nii)",
                "Read it in Python (nibabel.load), and save the images as an array: numpy.save('images.npy', array)");
        if (head.StartsWith("RIFF"u8) && head.Length >= 12 && head[8..12].SequenceEqual("WEBP"u8))
            return new FileKind("a WebP picture", ToPng);
        if (head is [(byte)'B', (byte)'M', _, _, _, _, 0, 0, 0, 0, ..])
            return new FileKind("a BMP picture", ToPng);
        if (head.Length >= 12 && head[4..8].SequenceEqual("ftyp"u8))
            return new FileKind("a HEIC or AVIF picture, or a film", ToPng);
        if (head.Length >= 132 && head[128..132].SequenceEqual("DICM"u8))
            return new FileKind("a DICOM picture", ToNpy);
        if (head.Length >= 262 && head[257..262].SequenceEqual("ustar"u8))
            return new FileKind("a tar archive", "Unpack it, and name what was in it");
        if (head is [0, 0, 8 or 9 or 0x0B or 0x0C or 0x0D or 0x0E, 1 or 2 or 3 or 4, ..])
            return new FileKind("an IDX file of images or labels");
        return null;
    }

    private static FileKind Zip(ReadOnlySpan<byte> head)
    {
        // The first member's name tells the kind of archive.
        int length = head.Length >= 30 ? Math.Min(BinaryPrimitives.ReadUInt16LittleEndian(head[26..]), head.Length - 30) : 0;
        return OfMember(length > 0 ? Encoding.UTF8.GetString(head.Slice(30, length)) : "");
    }

    /// <summary>What a ZIP archive is, by the name of its first member.</summary>
    public static FileKind OfMember(string member)
    {
        if (member.EndsWith(".npy", StringComparison.Ordinal))
            return new FileKind("a NumPy archive (.npz)");
        if (member.EndsWith("data.pkl", StringComparison.Ordinal) || member.EndsWith("/version", StringComparison.Ordinal)
            || member.EndsWith("/.format_version", StringComparison.Ordinal))
            return new FileKind(
                "a PyTorch file (a ZIP archive with a pickle, .pt or .pth)",
                "Save the images in Python: numpy.save('images.npy', tensor.numpy())");
        if (member is "metadata.json" or "config.json" or "model.weights.h5")
            return new FileKind("a Keras model (a ZIP archive, .keras)");
        if (member.StartsWith("[Content_Types]", StringComparison.Ordinal))
            return new FileKind("an office document (a ZIP archive)");
        return new FileKind("a ZIP archive (PyTorch's .pt, Keras' .keras and NumPy's .npz are such)", "Unpack it, and name what was in it");
    }

    private static FileKind? Weights(ReadOnlySpan<byte> head)
    {
        if (head.Length >= 8 && head[4..8].SequenceEqual("TFL3"u8))
            return new FileKind("a TensorFlow Lite model (.tflite)");
        if (head is [0x80, 2 or 3 or 4 or 5, ..])
            return new FileKind("a Python pickle (as old PyTorch files and scikit-learn models are)", ToNpy);
        // A protocol buffer: ir_version, then the producer's name, a domain or a graph.
        if (head is [0x08, >= 1 and <= 20, 0x12 or 0x1A or 0x22 or 0x28 or 0x3A or 0x42, ..])
            return new FileKind("an ONNX model (.onnx)");
        if (head.Length >= 16 && head.IndexOfAnyExcept((byte)0) < 0)
            return new FileKind("a file that starts with only zeros, as an interrupted download leaves", "Fetch it again");
        return null;
    }

    private static FileKind? Texts(ReadOnlySpan<byte> head)
    {
        if (head is [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..])
            return new FileKind("a text file (UTF-16)", ToNpy);
        ReadOnlySpan<byte> text = head.StartsWith(Encoding.UTF8.Preamble) ? head[3..] : head;
        if (IsOldPickle(text))
            return new FileKind("a Python pickle of protocol 0 (as old Python programs write them)", ToNpy);
        if (text.IndexOfAnyInRange((byte)0, (byte)8) >= 0 || text.IndexOfAnyInRange((byte)14, (byte)26) >= 0)
            return null;
        if (text.IndexOfAnyInRange((byte)128, (byte)255) >= 0 && !IsUtf8(text))
            return null;
        text = text.TrimStart(" \t\r\n"u8);
        if (text is [(byte)'{' or (byte)'[', ..])
            return new FileKind("a JSON text", ToNpy);
        if (text is [(byte)'<', ..])
            return new FileKind("a web page or an XML text, as a failed download leaves", "Fetch the file again");
        ReadOnlySpan<byte> line = text[..(text.IndexOfAny((byte)'\n', (byte)'\r') is var end and >= 0 ? end : text.Length)];
        return line.IndexOfAny((byte)',', (byte)';', (byte)'\t') >= 0
            ? new FileKind(
                "a text, perhaps a table (CSV)",
                "Save the pixels as an array: numpy.save('images.npy', numpy.loadtxt(FILE, delimiter=',').astype('uint8'))")
            : new FileKind("a text file", ToNpy);
    }

    /// <summary>A pickle of protocol 0 is lines of text: a list, a dictionary or a class, and what follows.</summary>
    private static bool IsOldPickle(ReadOnlySpan<byte> text)
    {
        foreach (byte[] start in OldPickles)
        {
            if (text.StartsWith(start))
                return true;
        }
        return false;
    }

    private static bool IsUtf8(ReadOnlySpan<byte> text)
    {
        // The end of the examined bytes may cut the last character.
        for (int cut = 0; cut < 4 && cut < text.Length; cut++)
        {
            if (System.Text.Unicode.Utf8.IsValid(text[..^cut]))
                return true;
        }
        return false;
    }
}
