using System.Globalization;
using Joule.Compute;
using Joule.Evaluation;
using Joule.States;
using ScottPlot;

namespace Joule.Cli.Plots;

/// <summary>The picture <c>landscape.png</c>: the chains over the energy, where two parameters vary.</summary>
internal static class ChainLandscape
{
    /// <summary>The name of the file.</summary>
    public const string FileName = "landscape.png";

    private const int MostPoints = 4000;
    private const int PathDraws = 50;

    /// <summary>Whether exactly two parameters vary, and both continuously.</summary>
    public static bool Fits(DrawnChains chains) => chains.Free.Count == 2 && chains.Free.All(i => IsContinuous(chains.Energy.Space, i));

    /// <summary>Draws the picture.</summary>
    public static Sheet Draw(DrawnChains chains, Device device)
    {
        (int first, int second) = (chains.Free[0], chains.Free[1]);
        ChainDraws horizontal = chains.Of(first), vertical = chains.Of(second);
        RobustRange wide = Range(horizontal, chains.Walls(first)), high = Range(vertical, chains.Walls(second));
        float[] state = [.. Enumerable.Range(0, chains.All.Count).Select(i => (float)chains.All[i].Mean)];
        EnergyGrid grid = EnergyGrid.Of(chains.Energy, state, (first, second), wide, high, device);
        EnergyBands bands = Bands(grid, horizontal, vertical);
        int beyond = Enumerable.Range(0, horizontal.Count)
            .Count(i => !wide.Contains(horizontal.Values[i]) || !high.Contains(vertical.Values[i]));
        int path = Math.Min(PathDraws, chains.Draws), step = (horizontal.Count + MostPoints - 1) / MostPoints;
        Coordinates[] all = [.. Enumerable.Range(0, horizontal.Count).Where(i => i % step == 0).Select(i => Point(i))];
        LandscapeDraws draws = new(all, step == 1 ? "draws" : $"one draw in {step}", [.. Enumerable.Range(0, path).Select(i => Point(i))],
            path == chains.Draws ? "chain 0" : $"the first {path} draws of chain 0");
        string summary = $"{Counted.Of(chains.AllChains, "chain")} of {Counted.Of(chains.Draws, "draw")}";
        if (beyond > 0)
            summary += string.Create(CultureInfo.InvariantCulture, $"; {Counted.Of(beyond, "draw")} beyond the picture");
        (string, string) names = (chains.All[first].Name, chains.All[second].Name);
        return LandscapePlot.Draw($"{chains.Title}: landscape", summary, grid, bands, names, draws);

        Coordinates Point(int draw) => new(horizontal.Values[draw], vertical.Values[draw]);
    }

    /// <summary>
    /// The range of an axis: all draws, unless a few lie so far out that the others would shrink to less than half of it; and the walls.
    /// </summary>
    public static RobustRange Range(ChainDraws draws, (double Low, double High) walls)
    {
        RobustRange robust = RobustRange.Of(draws.Values.ToArray()), all = robust;
        foreach (double value in draws.Values)
            all = all.Including(value);
        RobustRange range = (all.Span <= 2 * robust.Span ? all : robust).Padded();
        if (!double.IsFinite(walls.Low) || !double.IsFinite(walls.High))
            return range;
        return new RobustRange(walls.Low, walls.High);
    }

    /// <summary>Bands that reach above the energies of nearly all draws, and above the lowest tenth of the landscape.</summary>
    public static EnergyBands Bands(EnergyGrid grid, ChainDraws horizontal, ChainDraws vertical)
    {
        float[] finite = [.. grid.Energies.ToArray().Where(float.IsFinite).Order()];
        if (finite.Length == 0)
            return new EnergyBands(0, 1);
        double lowest = finite[0];
        double[] rises =
        [
            .. Enumerable.Range(0, horizontal.Count)
                .Select(i => grid[(horizontal.Values[i] - grid.Horizontal.Low) / grid.Horizontal.Span,
                    (vertical.Values[i] - grid.Vertical.Low) / grid.Vertical.Span] - lowest)
                .Where(double.IsFinite).Order(),
        ];
        double ofDraws = rises.Length == 0 ? 0 : 1.3 * rises[(int)(0.99 * (rises.Length - 1))];
        double top = Math.Max(ofDraws, finite[finite.Length / 10] - lowest);
        return new EnergyBands(lowest, top > 0 ? top : 1);
    }

    private static bool IsContinuous(StateSpace space, int number) =>
        (space.Columns?[number].Domain ?? space.Domain) is Domain.Real or Domain.Box;
}
