namespace Joule.Data;

/// <summary>
/// The rule for the memory of readers: to read a file of n bytes takes at most 2n + 64 MiB. What is larger once it is unpacked is refused
/// with the advice to unpack it first.
/// </summary>
internal static class ReadLimit
{
    /// <summary>No deflate stream unpacks to more than this many times its size.</summary>
    public const int DeflateMostRatio = 1032;

    private const long Slack = 64L << 20;
    private const long Own = 1L << 20; // stream buffers, headers, messages

    /// <summary>How many bytes of content a file may unpack to.</summary>
    /// <param name="fileLength">The size of the file, or of all files that are read together.</param>
    public static long Unpacked(long fileLength) => (2 * fileLength) + Slack - Own;
}
