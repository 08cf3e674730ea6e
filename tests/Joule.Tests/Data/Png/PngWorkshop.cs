using System.Buffers.Binary;
using System.IO.Compression;

namespace Joule.Tests.Data;

/// <summary>
/// Builds PNG files of every kind from samples, independently of the library's encoder (with a bitwise CRC and explicit filters).
/// </summary>
internal static class PngWorkshop
{
    public static byte[] File(byte[] header, params (string Type, byte[] Data)[] chunks)
    {
        using MemoryStream file = new();
        file.Write([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
        foreach ((string type, byte[] data) in chunks.Prepend(("IHDR", header)).Append(("IEND", [])))
            file.Write(Chunk(type, data));
        return file.ToArray();
    }

    public static byte[] Chunk(string type, byte[] data)
    {
        byte[] named = [.. type.Select(letter => (byte)letter), .. data];
        return [.. Big(data.Length), .. named, .. Big((int)Crc(named))];
    }

    public static byte[] Header(int width, int height, int depth, int color, int interlace = 0) =>
        [.. Big(width), .. Big(height), (byte)depth, (byte)color, 0, 0, (byte)interlace];

    /// <summary>A picture from samples [height][width × samples]; row r uses filter r modulo 5.</summary>
    public static byte[] Picture(
        int width, int height, int depth, int color, int samples, int[] values, bool interlaced, params (string, byte[])[] before)
    {
        using MemoryStream raw = new();
        (int X, int Y, int Dx, int Dy)[] passes = interlaced
            ? [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]
            : [(0, 0, 1, 1)];
        foreach ((int X, int Y, int Dx, int Dy) pass in passes)
        {
            byte[]? above = null;
            int number = 0;
            for (int y = pass.Y; y < height && pass.X < width; y += pass.Dy)
            {
                List<int> bits = [];
                for (int x = pass.X; x < width; x += pass.Dx)
                    for (int s = 0; s < samples; s++)
                        for (int bit = depth - 1; bit >= 0; bit--)
                            bits.Add((values[(((y * width) + x) * samples) + s] >> bit) & 1);
                while (bits.Count % 8 != 0)
                    bits.Add(0);
                byte[] row = bits.Chunk(8).Select(eight => (byte)eight.Aggregate(0, (sum, bit) => (sum * 2) + bit)).ToArray();
                above ??= new byte[row.Length];
                int filter = number++ % 5;
                raw.WriteByte((byte)filter);
                raw.Write(Filter(filter, row, above, Math.Max(1, samples * depth / 8)));
                above = row;
            }
        }
        byte[] packed = Zlib(raw.ToArray());
        int half = packed.Length / 2; // two IDAT chunks, as in large files
        return File(
            Header(width, height, depth, color, interlaced ? 1 : 0), [.. before, ("IDAT", packed[..half]), ("IDAT", packed[half..])]);
    }

    public static byte[] Zlib(byte[] bytes)
    {
        using MemoryStream packed = new();
        using (ZLibStream zlib = new(packed, CompressionLevel.Fastest, leaveOpen: true))
            zlib.Write(bytes);
        return packed.ToArray();
    }

    public static byte[] Big(int value)
    {
        byte[] bytes = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        return bytes;
    }

    private static byte[] Filter(int filter, byte[] row, byte[] above, int step)
    {
        byte[] result = new byte[row.Length];
        for (int i = 0; i < row.Length; i++)
        {
            int a = i < step ? 0 : row[i - step], b = above[i], c = i < step ? 0 : above[i - step];
            int p = a + b - c;
            int paeth = Math.Abs(p - a) <= Math.Abs(p - b) && Math.Abs(p - a) <= Math.Abs(p - c)
                ? a
                : Math.Abs(p - b) <= Math.Abs(p - c) ? b : c;
            result[i] = (byte)(row[i] - new[] { 0, a, b, (a + b) / 2, paeth }[filter]);
        }
        return result;
    }

    private static uint Crc(byte[] bytes)
    {
        uint crc = uint.MaxValue;
        foreach (byte value in bytes)
        {
            crc ^= value;
            for (int bit = 0; bit < 8; bit++)
                crc = (crc >> 1) ^ ((crc & 1) * 0xEDB88320);
        }
        return ~crc;
    }
}
