namespace Joule.Objectives;

/// <summary>The figures of objectives of the score.</summary>
internal static class ScoreFigures
{
    /// <summary>The panel of the loss.</summary>
    private static FigurePanel Panel { get; } = new("loss", "Loss", "loss");

    /// <summary>The loss, the first figure of an update.</summary>
    /// <param name="unit">Its unit.</param>
    /// <param name="meaning">Its meaning, in a few words.</param>
    public static Figure Loss(string unit, string meaning) => new("loss", unit, meaning)
    {
        Role = FigureRole.Loss,
        Label = "loss",
        Curve = new FigureCurve(Panel, "training"),
        Better = Better.Lower,
        Best = "the training loss is lowest",
    };

    /// <summary>The mean energy of the states that an update compares.</summary>
    /// <param name="name">Its name in metrics files.</param>
    /// <param name="meaning">Its meaning, in a few words.</param>
    public static Figure Energy(string name, string meaning) => new(name, "nats", meaning)
    {
        Label = "E",
        Curve = new FigureCurve(FigurePanel.Energies, meaning["mean energy of ".Length..]),
    };
}
