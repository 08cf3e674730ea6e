namespace Joule.Energies;

/// <summary>Where the parts of a tree lie in its fitted numbers.</summary>
/// <param name="Width">Numbers of a state.</param>
internal readonly record struct TreeLayout(int Width)
{
    /// <summary>Most edges.</summary>
    public int Edges => Width - 1;

    /// <summary>The marginal of a column.</summary>
    public static Range Marginal(int column) => Of(column * KernelMarginal.Length, KernelMarginal.Length);

    /// <summary>The ranks of a column.</summary>
    public Range Ranks(int column) => Of(Width * KernelMarginal.Length + column * RankMap.Length, RankMap.Length);

    /// <summary>An edge: 1 + parent, 1 + child and its copula; a parent of 0 ends the list.</summary>
    public Range Edge(int edge) =>
        Of(Width * (KernelMarginal.Length + RankMap.Length) + edge * (2 + RankCopula.Length), 2 + RankCopula.Length);

    private static Range Of(int start, int length) => new(start, start + length);
}
