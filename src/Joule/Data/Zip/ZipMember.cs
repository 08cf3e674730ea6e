namespace Joule.Data;

/// <summary>A directory entry of a zip archive; nothing in it is trusted until the member is opened.</summary>
/// <param name="Name">The stored name; never used as a path.</param>
/// <param name="Place">The byte of the archive where the directory's entry starts.</param>
/// <param name="Flags">General purpose flags.</param>
/// <param name="Method">The compression: 0 stored, 8 deflate.</param>
/// <param name="Crc">The CRC-32 of the unpacked content.</param>
/// <param name="Packed">Bytes in the archive.</param>
/// <param name="Length">Bytes once unpacked.</param>
/// <param name="Offset">The byte of the archive where the member's own header starts.</param>
internal sealed record ZipMember(string Name, long Place, ushort Flags, ushort Method, uint Crc, ulong Packed, ulong Length, ulong Offset)
{
    public const ushort Stored = 0;
    public const ushort Deflate = 8;

    public bool IsEncrypted => (Flags & 0x2041) != 0; // bits 0, 6 and 13

    /// <summary>The compression in words.</summary>
    public string Compression => Method switch
    {
        Stored => "stored",
        Deflate => "deflate",
        9 => "deflate64 (9)",
        12 => "bzip2 (12)",
        14 => "LZMA (14)",
        93 => "Zstandard (93)",
        95 => "xz (95)",
        _ => $"method {Method}",
    };
}
