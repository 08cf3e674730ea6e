namespace Joule.States;

/// <summary>Reflection of numbers at the walls of their domain.</summary>
internal static class WallMirror
{
    /// <summary>Mirrors a number at the walls until it lies between them. NaN stays NaN.</summary>
    /// <param name="value">The number.</param>
    /// <param name="low">The lower wall; negative infinity: none.</param>
    /// <param name="high">The upper wall, above the lower one; positive infinity: none.</param>
    /// <returns>The mirrored number, and whether it was mirrored an odd number of times.</returns>
    public static (float Value, bool Turned) Of(float value, float low, float high)
    {
        if (value >= low && value <= high)
            return (value, false);
        if (!float.IsFinite(low))
            return value > high ? (high - (value - high), true) : (value, false);
        if (!float.IsFinite(high))
            return value < low ? (low + (low - value), true) : (value, false);
        double width = (double)high - low, at = ((double)value - low) % (2 * width);
        if (at < 0)
            at += 2 * width;
        bool turned = at > width;
        return (Math.Clamp((float)(low + (turned ? 2 * width - at : at)), low, high), turned);
    }

    /// <summary>Mirrors every number at the same walls.</summary>
    public static void Apply(Span<float> values, float low, float high)
    {
        foreach (ref float value in values)
        {
            if (!(value >= low && value <= high))
                value = Of(value, low, high).Value;
        }
    }
}
