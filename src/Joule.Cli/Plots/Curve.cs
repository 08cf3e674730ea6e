using ScottPlot;

namespace Joule.Cli.Plots;

/// <summary>One curve of a panel, with one value per epoch. NaN values were not measured and are not drawn.</summary>
/// <param name="Name">The name in the legend.</param>
/// <param name="Unit">The unit of its values; empty if they have none.</param>
/// <param name="Colour">Its colour, from the palette of Okabe and Ito, which colour-blind readers can distinguish.</param>
/// <param name="Pattern">Solid or dashed, so that colour is not the only difference.</param>
/// <param name="Epochs">The epochs.</param>
/// <param name="Values">The values, one per epoch.</param>
internal sealed record Curve(string Name, string Unit, Color Colour, LinePattern Pattern, double[] Epochs, double[] Values)
{
    public static readonly Color Blue = Color.FromHex("#0072B2");
    public static readonly Color Vermillion = Color.FromHex("#D55E00");
    public static readonly Color Green = Color.FromHex("#009E73");
    public static readonly Color Purple = Color.FromHex("#A8558A");
    public static readonly Color Orange = Color.FromHex("#E69F00");
    public static readonly Color Sky = Color.FromHex("#56B4E9");

    /// <summary>The measured points.</summary>
    public Coordinates[] Points() =>
        [.. Epochs.Zip(Values, (epoch, value) => new Coordinates(epoch, value)).Where(p => double.IsFinite(p.Y))];
}
