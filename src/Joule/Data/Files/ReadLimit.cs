namespace Joule.Data;

/// <summary>
/// The memory rule of readers: reading a file of n bytes takes at most 2n + 64 MiB. Content that is larger once unpacked is refused, with
/// the advice to unpack it first.
/// </summary>
internal static class ReadLimit
{
    /// <summary>Largest expansion factor of a deflate stream.</summary>
    public const int DeflateMostRatio = 1032;

    private const long Slack = 64L << 20;
    private const long Own = 1L << 20; // stream buffers, headers, messages

    /// <summary>Largest number of bytes that a file may unpack to.</summary>
    /// <param name="fileLength">The size of the file, or of all files that are read together.</param>
    public static long Unpacked(long fileLength) => (2 * fileLength) + Slack - Own;
}
