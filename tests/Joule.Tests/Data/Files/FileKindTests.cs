using System.Text;
using Joule.Data;
using Xunit;

namespace Joule.Tests.Data;

public sealed class FileKindTests
{
    public static TheoryData<string, byte[]> Heads => new()
    {
        { "PyTorch file", Zip("m/data.pkl") },
        { "PyTorch file", Zip("archive/.format_version") },
        { "Keras model", Zip("metadata.json") },
        { "NumPy archive", Zip("x.npy") },
        { "office document", Zip("[Content_Types].xml") },
        { "ZIP archive", [.. "PK\x03\x04"u8, .. new byte[200]] },
        { "ZIP archive", Zip("a.txt") },
        { "pickle", [0x80, 2, 0x8a, 10] },
        { "pickle", [0x80, 4, 0x95, 0] },
        { "HDF5", [0x89, .. "HDF\r\n\x1a\n"u8, 0, 0] },
        { "ONNX", [8, 7, 0x12, 7, .. "pytorch"u8] },
        { "GGUF", [.. "GGUF"u8, 3, 0, 0, 0] },
        { "TensorFlow Lite", [0x1c, 0, 0, 0, .. "TFL3"u8] },
        { "NumPy array", [0x93, .. "NUMPY"u8, 1, 0] },
        { "PNG", [0x89, .. "PNG\r\n\x1a\n"u8] },
        { "JPEG", [0xff, 0xd8, 0xff, 0xe0] },
        { "OpenEXR", [0x76, 0x2f, 0x31, 1, 2, 0, 0, 0] },
        { "JPEG XL", [0xff, 0x0a, 1, 2] },
        { "JPEG XL", [0, 0, 0, 12, .. "JXL \r\n"u8, 0x87, 10] },
        { "JPEG 2000", [0, 0, 0, 12, .. "jP  \r\n"u8, 0x87, 10] },
        { "icon", [0, 0, 1, 0, 1, 0, 16, 16] },
        { "NIfTI", [0x5c, 1, .. new byte[342], .. "n+1\0"u8, .. new byte[20]] },
        { "pickle of protocol 0", "(lp0\nI1\naI2\na."u8.ToArray() },
        { "pickle of protocol 0", "cnumpy.core.multiarray\n_reconstruct\np0\n"u8.ToArray() },
        { "GIF", "GIF89a"u8.ToArray() },
        { "BMP", [.. "BM"u8, 0x36, 0, 0, 0, 0, 0, 0, 0, 0x36, 0] },
        { "TIFF", "II*\0"u8.ToArray() },
        { "WebP", [.. "RIFF"u8, 1, 2, 3, 4, .. "WEBP"u8] },
        { "HEIC", [0, 0, 0, 24, .. "ftypheic"u8] },
        { "DICOM", [.. new byte[128], .. "DICM"u8] },
        { "tar archive", [.. "name"u8, .. new byte[253], .. "ustar\000"u8] },
        { "gzipped", [0x1f, 0x8b, 8] },
        { "Zstandard", [0x28, 0xb5, 0x2f, 0xfd] },
        { "PDF", "%PDF-1.7"u8.ToArray() },
        { "Parquet", "PAR1"u8.ToArray() },
        { "MATLAB", "MATLAB 5.0 MAT-file"u8.ToArray() },
        { "SQLite", "SQLite format 3\0"u8.ToArray() },
        { "IDX", [0, 0, 8, 3, 0, 0, 0, 1] },
        { "Git LFS pointer", "version https://git-lfs.github.com/spec/v1\noid sha256:00\n"u8.ToArray() },
        { "JSON", " \n{\"a\": 1}"u8.ToArray() },
        { "JSON", [0xef, 0xbb, 0xbf, .. "[1]"u8] },
        { "web page", "<!DOCTYPE html>"u8.ToArray() },
        { "table (CSV)", "label,pixel0,pixel1\n5,0,0\n"u8.ToArray() },
        { "text file", "hello\n"u8.ToArray() },
        { "text file", "grüße\n"u8.ToArray()[..4] }, // a character cut at the end of the inspected bytes
        { "UTF-16", [0xff, 0xfe, (byte)'a', 0] },
        { "empty", [] },
        { "zeros", new byte[512] },
    };

    [Theory]
    [MemberData(nameof(Heads))]
    public void A_file_is_recognised_by_its_first_bytes(string word, byte[] head) =>
        Assert.Contains(word, FileKind.Of(head)!.Name, StringComparison.Ordinal);

    [Fact]
    public void An_unknown_file_is_not_named()
    {
        Assert.Null(FileKind.Of([200, 3, 9, 77, 1, 2, 3, 4, 5]));
        Assert.Null(FileKind.Of([1, 2]));
    }

    [Fact]
    public void Safetensors_begin_with_a_length_and_an_object()
    {
        byte[] head = [2, 0, 0, 0, 0, 0, 0, 0, .. "{}"u8];
        Assert.True(FileKind.IsSafeTensors(head, 10));
        Assert.False(FileKind.IsSafeTensors(head, 9)); // the header would not fit
        Assert.False(FileKind.IsSafeTensors([.. head[..8], (byte)'x'], 100));
        Assert.False(FileKind.IsSafeTensors("PK\x03\x04 abc{"u8, 1 << 20));
        using MemoryStream stream = new(head);
        FileKind.Of(stream, out bool isSafeTensors);
        Assert.Equal((true, 0L), (isSafeTensors, stream.Position));
    }

    internal static byte[] Zip(string member) =>
        [.. "PK\x03\x04"u8, .. new byte[22], (byte)member.Length, 0, 0, 0, .. Encoding.ASCII.GetBytes(member), 1, 2, 3];
}
