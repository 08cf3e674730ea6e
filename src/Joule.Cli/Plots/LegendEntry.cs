using ScottPlot;

namespace Joule.Cli.Plots;

/// <summary>A line of a legend.</summary>
/// <param name="Label">What the line shows.</param>
/// <param name="Colour">Its colour.</param>
/// <param name="Pattern">Its pattern.</param>
internal sealed record LegendEntry(string Label, Color Colour, LinePattern Pattern);
