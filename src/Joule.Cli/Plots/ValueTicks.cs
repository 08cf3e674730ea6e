using System.Globalization;

namespace Joule.Cli.Plots;

/// <summary>Ticks of an axis of values: a handful of round numbers with the same number of decimals.</summary>
internal static class ValueTicks
{
    private const int MostDecimals = 6;

    /// <summary>The positions and labels of the ticks inside a range.</summary>
    /// <param name="range">The range.</param>
    /// <param name="most">The most ticks, at least 2.</param>
    public static (double[] Places, string[] Labels) Inside(RobustRange range, int most = 9)
    {
        double step = Step(range.Span / (most - 1));
        int decimals = Decimals(step);
        List<double> places = [];
        for (double k = Math.Ceiling(range.Low / step); k * step <= range.High; k++)
            places.Add(k * step);
        return ([.. places], [.. places.Select(place => Label(place, decimals))]);
    }

    /// <summary>The smallest round number, 1, 2 or 5 times a power of ten, that is at least a given one above 0.</summary>
    public static double Step(double least)
    {
        double unit = Math.Pow(10, Math.Floor(Math.Log10(least)));
        return unit * (least / unit) switch { <= 1 => 1, <= 2 => 2, <= 5 => 5, _ => 10 };
    }

    /// <summary>The decimals of multiples of a round number.</summary>
    public static int Decimals(double step) => Math.Max((int)Math.Ceiling(-Math.Log10(step) - 1e-9), 0);

    /// <summary>The label of a whole number.</summary>
    public static string Whole(double value) => Label(value, 0);

    /// <summary>The label of a value.</summary>
    /// <param name="value">The value.</param>
    /// <param name="decimals">Its decimals, from <see cref="Decimals"/>; more than a few make a small value an exponent.</param>
    public static string Label(double value, int decimals)
    {
        double size = Math.Abs(value);
        if (size >= 1e7 || (decimals > MostDecimals && size < 1e-3 && size >= Math.Pow(10, -decimals - 1)))
            return value.ToString("0.##e0", CultureInfo.InvariantCulture).Replace('-', '−');
        int shown = decimals > MostDecimals && size < 1e-3 ? 0 : Math.Min(decimals, 12);
        string text = value.ToString("N" + shown, CultureInfo.InvariantCulture);
        return text.StartsWith('-') ? (text.AsSpan(1).IndexOfAnyExcept("0.,") < 0 ? text[1..] : "−" + text[1..]) : text;
    }
}
