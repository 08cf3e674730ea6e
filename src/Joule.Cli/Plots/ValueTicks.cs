using System.Globalization;

namespace Joule.Cli.Plots;

/// <summary>Ticks of a vertical axis: a handful of round numbers with the same number of decimals.</summary>
internal static class ValueTicks
{
    /// <summary>The positions and labels of the ticks inside a range.</summary>
    public static (double[] Places, string[] Labels) Inside(RobustRange range)
    {
        double raw = range.Span / 8;
        double unit = Math.Pow(10, Math.Floor(Math.Log10(raw)));
        double step = unit * (raw / unit) switch { <= 1 => 1, <= 2 => 2, <= 5 => 5, _ => 10 };
        int decimals = Math.Clamp((int)Math.Ceiling(-Math.Log10(step) - 1e-9), 0, 12);
        List<double> places = [];
        for (double k = Math.Ceiling(range.Low / step); k * step <= range.High; k++)
            places.Add(k * step);
        return ([.. places], [.. places.Select(place => Label(place, decimals))]);
    }

    private static string Label(double value, int decimals)
    {
        if (Math.Abs(value) >= 1e7)
            return value.ToString("0.##e0", CultureInfo.InvariantCulture).Replace('-', '−');
        string text = value.ToString("N" + decimals, CultureInfo.InvariantCulture);
        return text.StartsWith('-') ? (text.AsSpan(1).IndexOfAnyExcept("0.,") < 0 ? text[1..] : "−" + text[1..]) : text;
    }
}
