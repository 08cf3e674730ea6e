using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace Joule.Data;

/// <summary>By what a run recognises its images when it is taken up again.</summary>
internal static class ImageFingerprint
{
    private const int Block = 1 << 24; // values at a time: a span of bytes cannot cover the largest arrays at once

    /// <summary>The SHA-256 of number, shape and pixels of both sets, in lower-case hexadecimal. Names and labels do not count.</summary>
    public static string Of(ImageSet train, ImageSet test)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (ImageSet set in (ImageSet[])[train, test])
        {
            hash.AppendData(Encoding.UTF8.GetBytes($"{set.Count}×{set.Channels}×{set.Height}×{set.Width};"));
            hash.AppendData(set.Bytes);
            for (ReadOnlySpan<float> left = set.Floats; left.Length > 0; left = left[Math.Min(Block, left.Length)..])
                hash.AppendData(MemoryMarshal.AsBytes(left[..Math.Min(Block, left.Length)]));
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
