namespace Joule.Objectives;

/// <summary>The median of numbers; of two in the middle the lower.</summary>
internal static class LowerMedian
{
    /// <summary>The median of at least one number. It sorts them.</summary>
    public static double Of(Span<double> values)
    {
        values.Sort();
        return values[(values.Length - 1) / 2];
    }
}
