using System.IO.Compression;

namespace Joule.Data;

/// <summary>Packs the pixels of a picture: each row with the filter whose result is smallest, then zlib.</summary>
internal static class PngEncoder
{
    /// <summary>The data of the IDAT chunk.</summary>
    public static byte[] Compress(PngImage image)
    {
        int step = image.Channels;
        int size = image.Width * step;
        byte[] none = new byte[size];
        byte[] best = new byte[size + 1];
        byte[] trial = new byte[size];
        using MemoryStream packed = new();
        using (ZLibStream zlib = new(packed, CompressionLevel.Optimal, leaveOpen: true))
        {
            for (int y = 0; y < image.Height; y++)
            {
                Span<byte> row = image.Pixels.AsSpan(y * size, size);
                Span<byte> above = y > 0 ? image.Pixels.AsSpan((y - 1) * size, size) : none;
                long least = long.MaxValue;
                for (int filter = 0; filter < PngFilter.Count; filter++)
                {
                    long sum = PngFilter.Apply(filter, row, above, step, trial);
                    if (sum >= least)
                        continue;
                    least = sum;
                    best[0] = (byte)filter;
                    trial.CopyTo(best, 1);
                }
                zlib.Write(best);
            }
        }
        return packed.ToArray();
    }
}
