namespace Joule.Data;

/// <summary>
/// What a model keeps of the distribution of a column in its training rows: some numbers by rank, or how often each level was there, and
/// how often there was no value.
/// </summary>
/// <param name="Name">The column.</param>
/// <param name="Rows">Number of training rows.</param>
/// <param name="Missing">Number of those without a value.</param>
/// <param name="Distinct">Number of distinct values.</param>
public sealed record ColumnProfile(string Name, int Rows, int Missing, int Distinct)
{
    /// <summary>The most numbers that are kept.</summary>
    public const int MostCuts = 33;

    /// <summary>
    /// The numbers of a column of numbers at the ranks <see cref="RankOf(int)"/>, ascending, as floats: the smallest, the largest, and
    /// others at equal distances in between. Empty for a column of levels.
    /// </summary>
    public IReadOnlyList<float> Cuts { get; init; } = [];

    /// <summary>The levels of a column of levels; those that the model knows. Empty for a column of numbers.</summary>
    public IReadOnlyList<string> Levels { get; init; } = [];

    /// <summary>Number of training rows with each of <see cref="Levels"/>.</summary>
    public IReadOnlyList<int> LevelRows { get; init; } = [];

    /// <summary>Number of training rows with a value.</summary>
    public int Values => Rows - Missing;

    /// <summary>Whether <see cref="Levels"/> are all levels of the training rows, so that any other one is new.</summary>
    public bool HasAllLevels => Levels.Count > 0 && LevelRows.Sum(n => (long)n) == Values;

    /// <summary>The rank of a cut among the training numbers, from 1 for the smallest; it depends on their number alone.</summary>
    /// <param name="cut">Index of the cut.</param>
    public int RankOf(int cut) => RankOf(cut, Cuts.Count, Values);

    /// <summary>The cuts of some numbers.</summary>
    /// <param name="sorted">The numbers, ascending.</param>
    public static float[] CutsOf(ReadOnlySpan<double> sorted)
    {
        float[] cuts = new float[Math.Min(MostCuts, sorted.Length)];
        for (int i = 0; i < cuts.Length; i++)
            cuts[i] = (float)sorted[RankOf(i, cuts.Length, sorted.Length) - 1];
        return cuts;
    }

    private static int RankOf(int cut, int cuts, int values) =>
        cuts == 1 ? 1 : 1 + (int)((long)cut * (values - 1) / (cuts - 1));
}
