namespace Joule.Tables;

/// <summary>
/// The rules by which a column is recognised, from its type and from counts over the training rows. The user's word for a column goes
/// before all of them.
/// </summary>
internal static class ColumnRules
{
    /// <summary>What leaves a column out.</summary>
    public const string Ignore = "ignore";

    /// <summary>Numbers, with the scaling that the rule for tails chooses.</summary>
    public const string Numeric = "numeric";

    /// <summary>Levels, whether they are text or numbers.</summary>
    public const string Categorical = "categorical";

    /// <summary>From so many rows on a column may be recognised as an identifier.</summary>
    public const int IdentifierRows = 20;

    /// <summary>Levels that are kept of a categorical column; all others are "none of these".</summary>
    public const int MostLevels = 64;

    /// <summary>Standard deviations from the mean beyond which the farthest value makes a heavy tail.</summary>
    public const double HeavyTail = 6;

    /// <summary>What can be said of a column.</summary>
    public static IReadOnlyList<string> Choices =>
        [Numeric, .. Catalogue.Of(typeof(Scaling)).Select(s => s.Named.Name), Categorical, Ignore];

    /// <summary>What the cells of a column are to be read as, from what the user says of it.</summary>
    /// <param name="choice">What the user says; null: nothing.</param>
    public static CellType TypeOf(string? choice) => choice switch
    {
        null => CellType.Automatic,
        Ignore => CellType.Skipped,
        Categorical => CellType.Text,
        _ => CellType.Number,
    };

    /// <summary>Recognises a column and fits what makes a state of it.</summary>
    /// <param name="facts">The column's training rows.</param>
    /// <param name="choice">What the user says; null: nothing.</param>
    /// <exception cref="InvalidInputException">The column cannot be what the user says.</exception>
    public static FittedColumn Fit(ColumnFacts facts, string? choice)
    {
        string name = facts.Column.Name;
        if (choice == Ignore)
            return new IgnoredColumn { Name = name, Why = "you said so" };
        // What never changes has nothing to say, whatever it is called.
        if (facts.Distinct == 0)
            return new ConstantColumn { Name = name, Why = "no training row has a value", Missing = facts.Missing };
        if (facts.Distinct == 1 && !(choice == Categorical && facts.Missing > 0))
            return ConstantColumn.Of(facts);
        if (choice == Categorical)
            return CategoricalColumn.Fit(facts, "you said so");
        if (choice is not null)
            return NumericColumn.Fit(facts, choice == Numeric ? null : choice, "you said so");
        bool isText = facts.Column is TextColumn;
        if (Identifier(facts, isText) is { } why)
            return new IdentifierColumn { Name = name, Why = why, Missing = facts.Missing, Distinct = facts.Distinct };
        return isText ? CategoricalColumn.Fit(facts, "text that repeats") : NumericColumn.Fit(facts, null, "numbers");
    }

    // Text of which more than half is different; whole numbers that are all different and fill at least half of their range, as a numbering
    // does.
    private static string? Identifier(ColumnFacts facts, bool isText)
    {
        int values = facts.Count - facts.Missing;
        if (facts.Count < IdentifierRows)
            return null;
        if (isText)
            return 2L * facts.Distinct > values && facts.Distinct >= IdentifierRows
                ? $"text with {facts.Distinct:N0} different values in {values:N0} rows" : null;
        return facts.Missing == 0 && facts.Distinct == facts.Count && ((NumberColumn)facts.Column).Format == NumberFormat.Whole
            && facts.Sorted[^1] - facts.Sorted[0] < 2.0 * facts.Count
            ? "whole numbers, all different and nearly without gaps, as a numbering" : null;
    }
}
