namespace Joule.Cli.Plots;

/// <summary>Tick positions on an epoch axis: whole numbers only, at most about a dozen.</summary>
internal static class EpochTicks
{
    /// <summary>Returns the epochs that get a tick.</summary>
    /// <param name="first">The first epoch shown.</param>
    /// <param name="last">The last epoch shown.</param>
    public static double[] Between(int first, int last)
    {
        long step = Step(last - (long)first);
        List<double> ticks = [];
        for (long tick = first / step * step; tick <= last; tick += step)
        {
            if (tick >= first)
                ticks.Add(tick);
        }

        if (ticks.Count == 0 || ticks[0] - first > 0.45 * step)
            ticks.Insert(0, first);
        return [.. ticks];
    }

    private static long Step(long span)
    {
        for (long unit = 1; ; unit *= 10)
        {
            foreach (long factor in (ReadOnlySpan<long>)[1, 2, 5])
            {
                if (span / (factor * unit) <= 12)
                    return factor * unit;
            }
        }
    }
}
