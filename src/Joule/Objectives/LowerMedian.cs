namespace Joule.Objectives;

/// <summary>The lower median of numbers.</summary>
internal static class LowerMedian
{
    /// <summary>The lower median of at least one number. Sorts them in place.</summary>
    public static double Of(Span<double> values)
    {
        values.Sort();
        return values[(values.Length - 1) / 2];
    }
}
