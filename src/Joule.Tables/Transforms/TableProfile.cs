using System.Globalization;
using System.Runtime.InteropServices;
using Joule.Data;

namespace Joule.Tables;

/// <summary>
/// The distribution of the columns of the energy in the training rows, as a model keeps it: a <see cref="ColumnProfile"/> for each. Models
/// of earlier versions have none. Lists are kept as text, because a model's description is limited in values.
/// </summary>
public sealed record TableProfile
{
    private const int Known = 1;

    /// <summary>The version of this description.</summary>
    public int Version { get; init; } = Known;

    /// <summary>Number of training rows.</summary>
    public required int Rows { get; init; }

    /// <summary>For each column, the number of training rows without a value.</summary>
    public required IReadOnlyList<int> Missing { get; init; }

    /// <summary>For each column, the number of distinct values.</summary>
    public required IReadOnlyList<int> Distinct { get; init; }

    /// <summary>
    /// For each column of numbers, the cuts as little-endian float32 in base64; for each column of levels, the number of rows with each
    /// level of the model, separated by spaces.
    /// </summary>
    public required IReadOnlyList<string> Values { get; init; }

    /// <summary>Profiles training rows.</summary>
    /// <param name="fitted">The columns of the energy.</param>
    /// <param name="columns">The table's column for each.</param>
    /// <param name="rows">The training rows.</param>
    internal static TableProfile Of(IReadOnlyList<FittedColumn> fitted, IReadOnlyList<TableColumn> columns, int[] rows)
    {
        ColumnFacts[] facts = [.. columns.Select(c => ColumnFacts.Of(c, rows))];
        return new TableProfile
        {
            Rows = rows.Length,
            Missing = [.. facts.Select(f => f.Missing)],
            Distinct = [.. facts.Select(f => f.Distinct)],
            Values = [.. facts.Select((f, i) => Text(fitted[i], f))],
        };
    }

    /// <summary>The profile of each column.</summary>
    /// <param name="fitted">The columns of the energy.</param>
    internal IReadOnlyList<ColumnProfile> Read(IReadOnlyList<FittedColumn> fitted) => [.. fitted.Select((column, i) =>
    {
        ColumnProfile profile = new(column.Name, Rows, Missing[i], Distinct[i]);
        return column is CategoricalColumn levels ? profile with { Levels = levels.Levels, LevelRows = Counts(Values[i])! }
            : profile with { Cuts = Cuts(Values[i])! };
    })];

    /// <summary>Adds every problem with a profile that was read to a list.</summary>
    internal void Validate(ICollection<string> problems, IReadOnlyList<FittedColumn> fitted)
    {
        if (Version != Known)
        {
            problems.Add($"profile.version is {Version}; this Joule reads version {Known}");
            return;
        }
        int count = fitted.Count;
        if (Missing.Count != count || Distinct.Count != count || Values.Count != count)
        {
            problems.Add($"profile.missing, profile.distinct and profile.values must have {count} values, one for each column of the "
                + "energy");
            return;
        }
        for (int i = 0; i < count; i++)
        {
            int values = Rows - Missing[i];
            if (Missing[i] < 0 || values < 0 || Distinct[i] < 0 || Distinct[i] > values || Values[i] is null || !Fits(fitted[i], values, i))
                problems.Add($"profile.values.{i} does not fit {Rows} rows of the column \"{MessageText.Of(fitted[i].Name)}\"");
        }
    }

    private bool Fits(FittedColumn column, int values, int i)
    {
        if (column is not CategoricalColumn levels)
        {
            return Cuts(Values[i]) is { } cuts && cuts.Length == Math.Min(values, ColumnProfile.MostCuts)
                && !cuts.Any(float.IsNaN) && cuts.Zip(cuts.Skip(1)).All(pair => pair.First <= pair.Second);
        }
        return Counts(Values[i]) is { } counts && counts.Length == levels.Levels.Count && counts.All(n => n >= 0)
            && counts.Sum(n => (long)n) <= values;
    }

    private static string Text(FittedColumn column, ColumnFacts facts)
    {
        if (column is not CategoricalColumn levels)
            return Convert.ToBase64String(MemoryMarshal.AsBytes(ColumnProfile.CutsOf(facts.Sorted).AsSpan()));
        Dictionary<string, int> counts = facts.Levels.ToDictionary(l => l.Text, l => l.Count);
        return string.Join(' ', levels.Levels.Select(l => counts.GetValueOrDefault(l).ToString(CultureInfo.InvariantCulture)));
    }

    private static float[]? Cuts(string text)
    {
        byte[] bytes = new byte[text.Length];
        return Convert.TryFromBase64String(text, bytes, out int count) && count % sizeof(float) == 0
            ? MemoryMarshal.Cast<byte, float>(bytes.AsSpan(0, count)).ToArray() : null;
    }

    private static int[]? Counts(string text)
    {
        string[] parts = text.Split(' ');
        int[] counts = new int[parts.Length];
        for (int i = 0; i < parts.Length; i++)
        {
            if (!int.TryParse(parts[i], NumberStyles.None, CultureInfo.InvariantCulture, out counts[i]))
                return null;
        }
        return counts;
    }
}
