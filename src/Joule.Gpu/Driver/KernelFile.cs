using System.Buffers.Binary;
using System.IO.Hashing;
using System.Text;
using Joule.Data;

namespace Joule.Gpu.Driver;

/// <summary>
/// The file of a compiled kernel, or of a block that was found by timing: "JOULEGPU", the version of the form, the lengths of key and code
/// (each an unsigned integer of 32 bits, little-endian), the key, the code (or what was found), and the XXH128 of all that.
/// </summary>
internal static class KernelFile
{
    /// <summary>The largest file that is read or written, in bytes.</summary>
    public const int MostBytes = 1 << 26;

    private const int Version = 1, HeaderBytes = 20, SumBytes = 16;

    private static ReadOnlySpan<byte> Mark => "JOULEGPU"u8;

    /// <summary>The code of a kernel; null if the file is missing, damaged, or that of another key.</summary>
    /// <param name="path">The file.</param>
    /// <param name="key">What the code depends on.</param>
    public static byte[]? Read(string path, string key)
    {
        if (!File.Exists(path))
            return null;
        try
        {
            return CodeIn(InputFile.ReadAll(path, MostBytes, "a compiled kernel"), Encoding.UTF8.GetBytes(key));
        }
        catch (InvalidInputException)
        {
            return null; // to compile again is always right
        }
    }

    /// <summary>Writes a file atomically.</summary>
    /// <exception cref="InvalidInputException">The file cannot be written.</exception>
    public static void Write(string path, string key, byte[] code)
    {
        byte[] name = Encoding.UTF8.GetBytes(key), header = new byte[HeaderBytes];
        Mark.CopyTo(header);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(8), Version);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(12), (uint)name.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(16), (uint)code.Length);
        XxHash128 sum = new();
        AtomicFile.Write(path, stream =>
        {
            foreach (byte[] part in (byte[][])[header, name, code])
            {
                sum.Append(part);
                stream.Write(part);
            }
            stream.Write(sum.GetCurrentHash());
        });
    }

    /// <summary>Bytes of a file.</summary>
    public static long Size(string key, byte[] code) => (long)HeaderBytes + Encoding.UTF8.GetByteCount(key) + code.Length + SumBytes;

    private static byte[]? CodeIn(ReadOnlySpan<byte> file, ReadOnlySpan<byte> key)
    {
        if (file.Length < HeaderBytes + SumBytes || !file.StartsWith(Mark) || Word(file, 8) != Version)
            return null;
        long keyBytes = Word(file, 12), codeBytes = Word(file, 16);
        if (HeaderBytes + keyBytes + codeBytes + SumBytes != file.Length || codeBytes == 0)
            return null;
        ReadOnlySpan<byte> content = file[..^SumBytes];
        bool isWhole = XxHash128.Hash(content).AsSpan().SequenceEqual(file[^SumBytes..]);
        return isWhole && content.Slice(HeaderBytes, (int)keyBytes).SequenceEqual(key)
            ? content[(HeaderBytes + (int)keyBytes)..].ToArray()
            : null;
    }

    private static uint Word(ReadOnlySpan<byte> file, int at) => BinaryPrimitives.ReadUInt32LittleEndian(file[at..]);
}
