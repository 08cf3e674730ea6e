using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace Joule.Data;

/// <summary>By what a run recognises its images when it is taken up again.</summary>
internal static class ImageFingerprint
{
    /// <summary>The SHA-256 of number, shape and pixels of all sets, in lower-case hexadecimal. Names and labels do not count.</summary>
    public static string Of(params ReadOnlySpan<ImageSet> sets)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (ImageSet set in sets)
        {
            hash.AppendData(Encoding.UTF8.GetBytes($"{set.Count}×{set.Channels}×{set.Height}×{set.Width};"));
            // What makes other brightness of the same bytes: nothing is written for the usual readings.
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
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
