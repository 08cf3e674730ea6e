using System.Buffers.Binary;
using System.IO.Hashing;
using Joule.Data;

namespace Joule.Fuzz.Tests.Readers;

/// <summary>PNG pictures: changed directly, with corrected CRCs, or with changed pixels packed again.</summary>
public sealed class PngFuzz : FuzzTarget
{
    public override string Folder => "png";

    protected override Action<string> ReadFile => path => PngFile.Read(path);

    public override void Read(byte[] input) => PngFile.Decode(input, File);

    internal override byte[] Mutate(byte[] seed, IReadOnlyList<byte[]> corpus, FuzzRandom random) => Change(seed, corpus, random);

    internal static byte[] Change(byte[] seed, IReadOnlyList<byte[]> corpus, FuzzRandom random) => random.Below(4) switch
    {
        0 => Mutator.Change(seed, corpus, random),
        1 => Repacked(seed, corpus, random),
        _ => Repaired(Mutator.Change(seed, corpus, random)),
    };

    /// <summary>The file with correct CRCs, as far as its chunks can be followed.</summary>
    private static byte[] Repaired(byte[] file)
    {
        for (int at = 8; at + 12 <= file.Length;)
        {
            uint length = BinaryPrimitives.ReadUInt32BigEndian(file.AsSpan(at));
            if (length > file.Length - at - 12)
                break;
            uint crc = Crc32.HashToUInt32(file.AsSpan(at + 4, 4 + (int)length));
            BinaryPrimitives.WriteUInt32BigEndian(file.AsSpan(at + 8 + (int)length), crc);
            at += 12 + (int)length;
        }
        return file;
    }

    private static byte[] Repacked(byte[] file, IReadOnlyList<byte[]> corpus, FuzzRandom random)
    {
        using MemoryStream result = new(), pixels = new();
        result.Write(file, 0, Math.Min(8, file.Length));
        for (int at = 8; at + 12 <= file.Length;)
        {
            uint length = BinaryPrimitives.ReadUInt32BigEndian(file.AsSpan(at));
            if (length > file.Length - at - 12)
                break;
            ReadOnlySpan<byte> type = file.AsSpan(at + 4, 4), data = file.AsSpan(at + 8, (int)length);
            if (type.SequenceEqual("IDAT"u8))
                pixels.Write(data);
            else if (type.SequenceEqual("IEND"u8))
            {
                byte[] changed = Checksums.Zlib(Mutator.Change(Checksums.Unzlib(pixels.ToArray()), corpus, random, header: 8));
                result.Write(Checksums.Chunk("IDAT"u8, changed));
                result.Write(Checksums.Chunk(type, data));
            }
            else
            {
                byte[] changed = random.OneIn(8) ? Mutator.Change(data.ToArray(), corpus, random) : data.ToArray();
                result.Write(Checksums.Chunk(type, changed));
            }
            at += 12 + (int)length;
        }
        return result.ToArray();
    }
}
