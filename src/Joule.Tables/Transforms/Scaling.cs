namespace Joule.Tables;

/// <summary>
/// How the numbers of a column become numbers of about unit size, and back. To add one is to add one file: a record that derives from this
/// and carries a
/// <see cref="NamedAttribute"/>; its name can then be given to a column (<c>data.columns.NAME</c>).
/// </summary>
public abstract record Scaling
{
    /// <summary>
    /// How many deviations are kept as they are. Farther ones are taken on a logarithmic scale, so that the energy of a row that is far out
    /// stays finite.
    /// </summary>
    public const double Linear = 10;

    /// <summary>Fits the scaling.</summary>
    /// <param name="sorted">The column's numbers in the training rows, without missing ones, in ascending order; at least two different
    /// ones.</param>
    public abstract Scaling Fit(ReadOnlySpan<double> sorted);

    /// <summary>A number of a state.</summary>
    public double ToState(double value)
    {
        double z = Forward(value);
        double beyond = Math.Abs(z) - Linear;
        return beyond > 0 ? Math.CopySign(Linear + Math.Log(1 + beyond), z) : z;
    }

    /// <summary>The column's number.</summary>
    public double FromState(double state)
    {
        double beyond = Math.Abs(state) - Linear;
        return Inverse(beyond > 0 ? Math.CopySign(Linear + Math.Exp(beyond) - 1, state) : state);
    }

    /// <summary>Adds to a list what is wrong with the numbers of a scaling that was read.</summary>
    /// <param name="problems">The list.</param>
    /// <param name="path">What comes before a key in a message.</param>
    public abstract void Validate(ICollection<string> problems, string path);

    /// <summary>Deviations of a number from the middle. Strictly ascending.</summary>
    protected abstract double Forward(double value);

    /// <summary>The inverse of <see cref="Forward"/>.</summary>
    protected abstract double Inverse(double z);

    /// <summary>Adds a problem where a scale is not above 0 and finite.</summary>
    private protected static void CheckScale(ICollection<string> problems, string path, double scale)
    {
        if (!(scale > 0) || !double.IsFinite(scale))
            problems.Add($"{path}scale is {scale}; it must be above 0 and finite");
    }
}
