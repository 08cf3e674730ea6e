using System.IO.Compression;

namespace Joule.Data;

/// <summary>Packs the pixels of a picture: each row with the filter whose result is smallest, then zlib.</summary>
internal static class PngEncoder
{
    /// <summary>The data of the IDAT chunk.</summary>
    public static byte[] Compress(PngImage image)
    {
        var step = image.Channels;
        var size = image.Width * step;
        var none = new byte[size];
        var best = new byte[size + 1];
        var trial = new byte[size];
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Optimal, leaveOpen: true))
        {
            for (var y = 0; y < image.Height; y++)
            {
                var row = image.Pixels.AsSpan(y * size, size);
                var above = y > 0 ? image.Pixels.AsSpan((y - 1) * size, size) : none;
                var least = long.MaxValue;
                for (var filter = 0; filter < PngFilter.Count; filter++)
                {
                    var sum = PngFilter.Apply(filter, row, above, step, trial);
                    if (sum >= least) continue;
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
