namespace Joule.Cli.Files;

/// <summary>One of several parts of an input.</summary>
/// <param name="Index">Its number, from 1.</param>
/// <param name="Count">Number of parts.</param>
internal sealed record Shard(int Index, int Count)
{
    /// <summary>The part's rows of all rows: from the first up to, but not including, the end. May be empty.</summary>
    /// <param name="rows">Number of all rows.</param>
    public (long First, long End) Range(long rows) =>
        ((long)((Int128)rows * (Index - 1) / Count), (long)((Int128)rows * Index / Count));
}
