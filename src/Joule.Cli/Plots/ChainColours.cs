using ScottPlot;

namespace Joule.Cli.Plots;

/// <summary>Colours of chains, which colour-blind readers can distinguish.</summary>
internal static class ChainColours
{
    /// <summary>Up to this number, chains have colours of their own and names in the legend.</summary>
    public const int Named = 6;

    private static readonly Color[] Palette = [Curve.Blue, Curve.Vermillion, Curve.Green, Curve.Purple, Curve.Orange, Curve.Sky];

    // From dark to light, so that the order of many chains can be seen without any sense of hue.
    private static readonly Color[] Ramp =
        [Color.FromHex("#2B1B5A"), Color.FromHex("#2F5D8C"), Color.FromHex("#2F9E8F"), Color.FromHex("#E0C020")];

    /// <summary>The colours of a number of chains.</summary>
    public static IReadOnlyList<Color> Of(int chains) => chains <= Named ? Palette[..chains]
        : [.. Enumerable.Range(0, chains).Select(c => At(Ramp, c / (chains - 1.0)))];

    /// <summary>The legend of chains and of true values.</summary>
    public static IReadOnlyList<LegendEntry> Legend(int chains, bool known)
    {
        List<LegendEntry> entries = [];
        IReadOnlyList<Color> colours = Of(chains);
        if (chains <= Named)
            entries.AddRange(colours.Select((colour, c) => new LegendEntry($"chain {c}", colour, LinePattern.Solid)));
        else
            entries.AddRange([new("chain 0", colours[0], LinePattern.Solid), new($"chain {chains - 1}", colours[^1], LinePattern.Solid)]);
        if (known)
            entries.AddRange([new("true mean", Colors.Black, LinePattern.Solid), new("± true sd", Colors.Black, LinePattern.Dashed)]);
        return entries;
    }

    /// <summary>A colour between equally spaced ones.</summary>
    /// <param name="stops">At least two colours.</param>
    /// <param name="place">From 0, the first, to 1, the last.</param>
    public static Color At(IReadOnlyList<Color> stops, double place)
    {
        double at = Math.Clamp(place, 0, 1) * (stops.Count - 1);
        int below = Math.Min((int)at, stops.Count - 2);
        double share = at - below;
        Color from = stops[below], to = stops[below + 1];
        return new Color(Mix(from.R, to.R), Mix(from.G, to.G), Mix(from.B, to.B));

        byte Mix(byte a, byte b) => (byte)Math.Round(a + share * (b - a));
    }
}
