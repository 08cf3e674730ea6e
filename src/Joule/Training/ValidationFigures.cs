using Joule.Objectives;

namespace Joule.Training;

/// <summary>The figures of a validation. Energies are in nats.</summary>
/// <param name="DataEnergy">Mean energy of the validation data.</param>
/// <param name="NoiseEnergy">Mean energy of as many states of fresh noise.</param>
public readonly record struct ValidationFigures(double DataEnergy, double NoiseEnergy)
{
    /// <summary>The recorded figures, in the order of metrics.csv: the difference, the data, the noise.</summary>
    public static FigureList List { get; } = new(
    [
        new Figure("val_cd", "nats", "mean energy of the validation data minus that of noise")
        {
            Label = "val_cd",
            Curve = new FigureCurve(
                new FigurePanel(FigurePanel.GapKey, "Data against noise", "energy of data − energy of noise (nats)", Zero: true),
                "validation, data − noise",
                OwnScale: true),
            Better = Better.Lower,
            Best = "the validation data lie farthest below noise",
        },
        new Figure("val_energy_data", "nats", "mean energy of the validation data")
        {
            Curve = new FigureCurve(FigurePanel.Energies, "validation data", CurveLine.Dashed),
        },
        new Figure("val_energy_noise", "nats", "mean energy of fresh noise")
        {
            Label = "E(noise)",
            Curve = new FigureCurve(FigurePanel.Energies, "noise", CurveLine.Dotted, OwnScale: true),
        },
    ]);

    /// <summary>Standard deviation of the energies of the validation data.</summary>
    public double DataSpread { get; init; }

    /// <summary>Standard deviation of the energies of the noise.</summary>
    public double NoiseSpread { get; init; }

    /// <summary>Number of validation states, and of noise states.</summary>
    public int Count { get; init; }

    /// <summary>Standard error of <see cref="Divergence"/>.</summary>
    public double Error => Count > 0 ? Math.Sqrt((DataSpread * DataSpread + NoiseSpread * NoiseSpread) / Count) : double.PositiveInfinity;

    /// <summary>Energy of the data minus energy of noise.</summary>
    public double Divergence => DataEnergy - NoiseEnergy;

    /// <summary>The numbers of <see cref="List"/>.</summary>
    public double[] Values => [Divergence, DataEnergy, NoiseEnergy];
}
