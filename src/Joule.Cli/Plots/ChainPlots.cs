using Joule.Compute;

namespace Joule.Cli.Plots;

/// <summary>The pictures of a run of chains.</summary>
internal static class ChainPlots
{
    /// <summary>The names of the files; the last one is there only for two parameters.</summary>
    public static IReadOnlyList<string> Names { get; } = [TracePlot.FileName, RankPlot.FileName, ChainLandscape.FileName];

    /// <summary>Draws all pictures that fit the chains.</summary>
    /// <param name="folder">An existing folder.</param>
    /// <param name="chains">The chains.</param>
    /// <param name="device">Evaluates the energy for the landscape.</param>
    /// <returns>The names of the files.</returns>
    /// <exception cref="InvalidInputException">A file cannot be written.</exception>
    public static IReadOnlyList<string> Write(string folder, DrawnChains chains, Device device)
    {
        Save(folder, TracePlot.FileName, TracePlot.Draw(chains));
        Save(folder, RankPlot.FileName, RankPlot.Draw(chains));
        if (!ChainLandscape.Fits(chains))
            return [TracePlot.FileName, RankPlot.FileName];
        Save(folder, ChainLandscape.FileName, ChainLandscape.Draw(chains, device));
        return [TracePlot.FileName, RankPlot.FileName, ChainLandscape.FileName];
    }

    private static void Save(string folder, string name, Sheet sheet)
    {
        using (sheet)
            sheet.Save(Path.Combine(folder, name));
    }
}
