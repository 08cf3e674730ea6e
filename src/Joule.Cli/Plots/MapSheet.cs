namespace Joule.Cli.Plots;

/// <summary>Maps of one rectangle of the plane, two in a row, with one scale of energies for all of them.</summary>
internal static class MapSheet
{
    private const int Margin = 64;
    private const int ScaleWidth = 130;

    /// <summary>Draws the picture.</summary>
    /// <param name="title">The title.</param>
    /// <param name="summary">The line below it.</param>
    /// <param name="panels">The maps, in reading order.</param>
    /// <param name="names">The names of the two axes.</param>
    /// <param name="horizontal">The range of the first.</param>
    /// <param name="vertical">The range of the second.</param>
    /// <param name="scale">The bands of the scale.</param>
    /// <param name="label">What the scale is in.</param>
    public static Sheet Draw(string title, string summary, IReadOnlyList<MapPanel> panels, (string Horizontal, string Vertical) names,
        RobustRange horizontal, RobustRange vertical, EnergyBands scale, string label)
    {
        int height = MapPanel.HeightOf(horizontal, vertical), row = MapPanel.TitleHeight + height;
        Sheet sheet = new(Sheet.HeaderHeight + (panels.Count + 1) / 2 * row + 8, Margin, title, summary);
        for (int i = 0; i < panels.Count; i++)
        {
            int left = i % 2 * MapPanel.Width, top = Sheet.HeaderHeight + i / 2 * row;
            sheet.Text(Header.Fit(panels[i].Title, MapPanel.Width - Margin, 17, bold: true), left + Margin, top + 24, 17, bold: true);
            sheet.Place(panels[i].Draw(horizontal, vertical, names, height), left, top + MapPanel.TitleHeight, MapPanel.Width, height);
        }
        // The scale's plot is laid out for a landscape, whose foot is taller than that of a map.
        int mapHeight = MapPanel.MapHeightOf(height);
        sheet.Place(LandscapePlot.Scale(scale, mapHeight, label), 2 * MapPanel.Width, Sheet.HeaderHeight + MapPanel.TitleHeight,
            ScaleWidth, mapHeight + LandscapePlot.FootHeight + 8);
        return sheet;
    }
}
