using System.Globalization;

namespace Joule.Tables;

/// <summary>
/// A column of numbers: one scaled number of the state and, if a training row has a missing value, a second that is 1 for missing values
/// and 0 otherwise. The median replaces a missing value. Values of samples are clamped to the range of the training rows.
/// </summary>
[Named("numeric", "numbers, scaled")]
public sealed record NumericColumn : FittedColumn
{
    /// <summary>The format of its numbers.</summary>
    public NumberFormat Format { get; init; }

    /// <summary>The scaling into numbers of a state.</summary>
    public required Scaling Scaling { get; init; }

    /// <summary>The median of the training rows.</summary>
    public double Median { get; init; }

    /// <summary>The smallest number in the training rows.</summary>
    public double Low { get; init; }

    /// <summary>The largest number in the training rows.</summary>
    public double High { get; init; }

    /// <inheritdoc/>
    public override int Width => Missing > 0 ? 2 : 1;

    /// <inheritdoc/>
    public override IReadOnlyList<string> StateNames => Missing > 0 ? [Name, $"{Name} (missing)"] : [Name];

    /// <inheritdoc/>
    public override int MissingNumber => Missing > 0 ? 1 : -1;

    /// <inheritdoc/>
    public override CellType Type => CellType.Number;

    /// <inheritdoc/>
    public override string Values => $"{NumberColumn.TextOf(Low, Format)} to {NumberColumn.TextOf(High, Format)}";

    /// <inheritdoc/>
    public override string Transform => Missing > 0 ? $"{NameOf(Scaling)}, and whether it is missing" : NameOf(Scaling);

    /// <inheritdoc/>
    public override CellNote Write(TableColumn column, int row, Span<float> state)
    {
        ArgumentNullException.ThrowIfNull(column);
        return Write(((NumberColumn)column).Values[row], state);
    }

    /// <summary>Writes the numbers of a value; NaN is a missing value.</summary>
    internal CellNote Write(double value, Span<float> state)
    {
        bool isMissing = double.IsNaN(value);
        state[0] = (float)Scaling.ToState(isMissing ? Median : value);
        if (Missing > 0)
            state[1] = isMissing ? 1 : 0;
        return isMissing && Missing == 0 ? CellNote.UnexpectedMissing : CellNote.None;
    }

    /// <inheritdoc/>
    public override string Cell(ReadOnlySpan<float> state)
    {
        if (Missing > 0 && state[1] > 0.5f)
            return "";
        // A chain may end slightly outside the training range, where a count could be negative.
        double value = Math.Clamp(Scaling.FromState(state[0]), Low, High);
        // A state has the precision of a float; more digits would be noise.
        return NumberColumn.TextOf(Format switch
        {
            NumberFormat.Real => Rounded(value),
            NumberFormat.Time => value,
            _ => Math.Round(value),
        }, Format);
    }

    /// <inheritdoc/>
    public override void Validate(ICollection<string> problems, string path)
    {
        base.Validate(problems, path);
        Scaling.Validate(problems, $"{path}scaling.");
        if (!(Low <= High))
            problems.Add($"{path}low is {Low} and {path}high {High}; low must not be above high");
    }

    /// <summary>Fits the column.</summary>
    /// <param name="facts">Its training rows; at least two different numbers.</param>
    /// <param name="scaling">The name of a scaling, or null to choose it by the tails.</param>
    /// <param name="why">The reason that it is numeric.</param>
    internal static NumericColumn Fit(ColumnFacts facts, string? scaling, string why)
    {
        double[] sorted = facts.Sorted;
        StandardScaling standard = new StandardScaling().Fit(sorted);
        double farthest = Math.Max(sorted[^1] - standard.Center, standard.Center - sorted[0]) / standard.Scale;
        if (!(standard.Scale > 1e-150 && standard.Scale < 1e150 && double.IsFinite(farthest)))
        {
            throw new InvalidInputException($"Column \"{MessageText.Of(facts.Column.Name)}\" has numbers from {sorted[0]} to "
                + $"{sorted[^1]}, which are too small or too far apart to be scaled. "
                + "Change its unit, or leave it out: --set data.columns.NAME=ignore.");
        }
        bool isHeavy = farthest > ColumnRules.HeavyTail;
        Type type = Catalogue.Find(typeof(Scaling), scaling ?? (isHeavy ? "quantile" : "standard"))!;
        return new NumericColumn
        {
            Name = facts.Column.Name,
            Why = scaling is null && isHeavy ? $"{why}; the farthest value is {farthest:0} standard deviations from the mean" : why,
            Missing = facts.Missing,
            Distinct = facts.Distinct,
            Format = ((NumberColumn)facts.Column).Format,
            Scaling = ((Scaling)Activator.CreateInstance(type)!).Fit(sorted),
            Median = RobustScaling.Quantile(sorted, 0.5),
            Low = sorted[0],
            High = sorted[^1],
        };
    }

    private static double Rounded(double value) =>
        double.IsFinite(value) ? double.Parse(value.ToString("G7", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture) : value;

    private static string NameOf(Scaling scaling) => Catalogue.NameOf(scaling.GetType())!;
}
