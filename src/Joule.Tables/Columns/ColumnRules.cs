namespace Joule.Tables;

/// <summary>
/// The rules that detect the kind of a column from its type and from counts over the training rows. What the user says of a column
/// overrides them.
/// </summary>
internal static class ColumnRules
{
    /// <summary>The choice that leaves a column out.</summary>
    public const string Ignore = "ignore";

    /// <summary>The choice of numbers, with the scaling that the rule for tails picks.</summary>
    public const string Numeric = "numeric";

    /// <summary>The choice of levels, whether they are text or numbers.</summary>
    public const string Categorical = "categorical";

    /// <summary>The fewest training rows for which a column may be an identifier.</summary>
    public const int IdentifierRows = 20;

    /// <summary>The number of levels kept of a categorical column; the others are "none of these".</summary>
    public const int MostLevels = 64;

    /// <summary>The tail is heavy if the farthest value is more than this many standard deviations from the mean.</summary>
    public const double HeavyTail = 6;

    /// <summary>The possible choices for a column.</summary>
    public static IReadOnlyList<string> Choices =>
        [Numeric, .. Catalogue.Of(typeof(Scaling)).Select(s => s.Named.Name), Categorical, Ignore];

    /// <summary>The type that the cells of a column are read as, given the user's choice.</summary>
    /// <param name="choice">The user's choice, or null.</param>
    public static CellType TypeOf(string? choice) => choice switch
    {
        null => CellType.Automatic,
        Ignore => CellType.Skipped,
        Categorical => CellType.Text,
        _ => CellType.Number,
    };

    /// <summary>Detects the kind of a column and fits its transform.</summary>
    /// <param name="facts">The column's training rows.</param>
    /// <param name="choice">The user's choice, or null.</param>
    /// <param name="scaling">The scaling of numbers without a choice; null: the rule for tails picks it.</param>
    /// <exception cref="InvalidInputException">The column does not fit the user's choice.</exception>
    public static FittedColumn Fit(ColumnFacts facts, string? choice, string? scaling = null)
    {
        string name = facts.Column.Name;
        if (choice == Ignore)
            return new IgnoredColumn { Name = name, Why = "you said so" };
        // A constant carries no information, whatever the user calls it.
        if (facts.Distinct == 0)
            return new ConstantColumn { Name = name, Why = "no training row has a value", Missing = facts.Missing };
        if (facts.Distinct == 1 && !(choice == Categorical && facts.Missing > 0))
            return ConstantColumn.Of(facts);
        if (choice == Categorical)
            return CategoricalColumn.Fit(facts, "you said so");
        if (choice is not null)
            return NumericColumn.Fit(facts, choice == Numeric ? scaling : choice, "you said so");
        bool isText = facts.Column is TextColumn;
        if (Identifier(facts, isText) is { } why)
            return new IdentifierColumn { Name = name, Why = why, Missing = facts.Missing, Distinct = facts.Distinct };
        return isText ? CategoricalColumn.Fit(facts, "text that repeats") : NumericColumn.Fit(facts, scaling, "numbers");
    }

    // Text in which more than half of the values are distinct, or whole numbers that are all distinct and fill at least half of their
    // range, like a row number.
    private static string? Identifier(ColumnFacts facts, bool isText)
    {
        int values = facts.Count - facts.Missing;
        if (facts.Count < IdentifierRows)
            return null;
        if (isText)
        {
            return 2L * facts.Distinct > values && facts.Distinct >= IdentifierRows
                ? $"text with {facts.Distinct:N0} different values in {values:N0} rows"
                : null;
        }
        bool isNumbering = facts.Missing == 0
            && facts.Distinct == facts.Count
            && ((NumberColumn)facts.Column).Format == NumberFormat.Whole
            && facts.Sorted[^1] - facts.Sorted[0] < 2.0 * facts.Count;
        return isNumbering
            ? "whole numbers, all different and nearly without gaps, like row numbers"
            : null;
    }
}
