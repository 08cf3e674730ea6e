namespace Joule.Compare.Measuring;

/// <summary>Whether two sides computed the same numbers.</summary>
/// <param name="What">What was compared.</param>
/// <param name="Error">The largest difference divided by the largest number of Joule's; NaN if one side is missing or not finite.</param>
internal sealed record Agreement(string What, double Error)
{
    /// <summary>The largest relative difference allowed between float32 computations of the same thing in different orders.</summary>
    public const double Tolerance = 1e-4;

    public bool Holds => Error <= Tolerance;

    public static Agreement Of(string what, ReadOnlySpan<float> ours, ReadOnlySpan<float> theirs)
    {
        if (ours.Length != theirs.Length || ours.Length == 0)
            return new Agreement($"{what} ({ours.Length} numbers against {theirs.Length})", double.NaN);
        double scale = 0, difference = 0;
        for (int i = 0; i < ours.Length; i++)
        {
            if (!float.IsFinite(ours[i]) || !float.IsFinite(theirs[i]))
                return new Agreement($"{what} (number {i} is {ours[i]} against {theirs[i]})", double.NaN);
            scale = Math.Max(scale, Math.Abs((double)ours[i]));
            difference = Math.Max(difference, Math.Abs((double)ours[i] - theirs[i]));
        }
        return new Agreement(what, difference == 0 ? 0 : difference / scale);
    }
}
