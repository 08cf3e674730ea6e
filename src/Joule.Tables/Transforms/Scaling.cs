namespace Joule.Tables;

/// <summary>
/// Scales the numbers of a column to about unit size, and back. To add a scaling, add one file with a record that derives from this one
/// and has a <see cref="NamedAttribute"/>; its name can then be chosen for a column (<c>data.columns.NAME</c>).
/// </summary>
public abstract record Scaling
{
    /// <summary>Fits the scaling.</summary>
    /// <param name="sorted">
    /// The column's numbers in the training rows, without missing ones, in ascending order; at least two distinct ones.
    /// </param>
    public abstract Scaling Fit(ReadOnlySpan<double> sorted);

    /// <summary>
    /// The deviation up to which scaling is linear. Beyond it the scale is logarithmic, so that the energy of an extreme row stays finite.
    /// </summary>
    public virtual double Reach => 10;

    /// <summary>Converts a number of the column to a number of a state.</summary>
    public double ToState(double value)
    {
        double z = Forward(value);
        double beyond = Math.Abs(z) - Reach;
        return beyond > 0 ? Math.CopySign(Reach + Math.Log(1 + beyond), z) : z;
    }

    /// <summary>Converts a number of a state to a number of the column.</summary>
    public double FromState(double state)
    {
        double beyond = Math.Abs(state) - Reach;
        return Inverse(beyond > 0 ? Math.CopySign(Reach + Math.Exp(beyond) - 1, state) : state);
    }

    /// <summary>Adds every problem with a scaling that was read to a list.</summary>
    /// <param name="problems">The list.</param>
    /// <param name="path">The prefix of a key in a message.</param>
    public abstract void Validate(ICollection<string> problems, string path);

    /// <summary>The scaled distance of a number from the centre. Strictly increasing.</summary>
    protected abstract double Forward(double value);

    /// <summary>The inverse of <see cref="Forward"/>.</summary>
    protected abstract double Inverse(double z);

    /// <summary>Adds a problem if a scale is not above 0 and finite.</summary>
    private protected static void CheckScale(ICollection<string> problems, string path, double scale)
    {
        if (!(scale > 0) || !double.IsFinite(scale))
            problems.Add($"{path}scale is {scale}; it must be above 0 and finite");
    }
}
