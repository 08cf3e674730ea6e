using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace Joule.Data;

/// <summary>The fingerprint by which a resumed run recognises its images.</summary>
internal static class ImageFingerprint
{
    /// <summary>Adds number, shape and pixels of a set to a hash. Names and labels do not count.</summary>
    public static void AppendTo(IncrementalHash hash, ImageSet set)
    {
        hash.AppendData(Encoding.UTF8.GetBytes($"{set.Count}×{set.Channels}×{set.Height}×{set.Width};"));
        // What maps the same bytes to another brightness; nothing is added for the usual readings.
        if (set.Levels.Length > 0)
            hash.AppendData(MemoryMarshal.AsBytes(set.Levels));
        if (set.Stored != ValueRange.Unit)
            hash.AppendData(Encoding.UTF8.GetBytes($"{set.Stored};"));
        hash.AppendData(set.AllBytes);
        for (int i = 0; i < set.Count && set.AllBytes.IsEmpty; i++)
        {
            for (int c = 0; c < set.Channels; c++)
            {
                hash.AppendData(set.BytesOf(i, c));
                hash.AppendData(MemoryMarshal.AsBytes(set.FloatsOf(i, c)));
            }
        }
    }
}
