using Joule.Objectives;
using Joule.Runs;

namespace Joule.Cli.Tests.Plots;

/// <summary>Metrics like those of real runs, in closed form.</summary>
internal static class MadeUpRuns
{
    /// <summary>The figures of the columns.</summary>
    public static readonly RunFigures Figures = new(new ContrastiveDivergenceOptions { Negatives = new NoiseNegativesOptions() }.ListFigures());

    /// <summary>Energies that drift: CD from −0.1 to −8, noise far above everything.</summary>
    public static IReadOnlyList<MetricsRow> Drifting(int epochs) => Rows(epochs, (e, wiggle) =>
    {
        double cd = -0.1 - 7.9 * e / 120.0 + 0.15 * wiggle;
        double data = -0.4 * e / 120.0 - 0.1 * wiggle;
        return (cd, data, data - cd, data + 0.05 * wiggle, 60 + 400 * (1 - Math.Exp(-e / 40.0)));
    });

    /// <summary>Persistent negatives that keep up: CD near zero, validation CD near −30.</summary>
    public static IReadOnlyList<MetricsRow> Balanced(int epochs) => Rows(epochs, (e, wiggle) =>
    {
        double cd = 0.05 * wiggle;
        double data = 0.2 * Math.Exp(-e / 30.0) + 0.02 * wiggle;
        return (cd, data, data - cd, data + 0.03 + 0.01 * wiggle, data + 30 * (1 - Math.Exp(-e / 8.0)) + wiggle);
    });

    /// <summary>A first epoch a hundred times larger than the rest.</summary>
    public static IReadOnlyList<MetricsRow> WildStart(int epochs) =>
        [.. Balanced(epochs).Select(row => row.Epoch == 1 ? With(With(row, "cd", -45), "energy_negative", 60) : row)];

    /// <summary>The row with one value replaced.</summary>
    public static MetricsRow With(MetricsRow row, string column, double value) =>
        new(row.Columns, row.Epoch, row.Step, row.Seconds, row.Values.Select((v, i) => i == row.Columns.IndexOf(column) ? value : v));

    private static IReadOnlyList<MetricsRow> Rows(
        int epochs, Func<int, double, (double Cd, double Data, double Negative, double ValData, double Noise)> form) =>
        [.. Enumerable.Range(1, epochs).Select(e =>
        {
            double wiggle = (Math.Sin(1.7 * e) + Math.Sin(2.9 * e + 1) + Math.Sin(0.37 * e)) / 2;
            (double cd, double data, double negative, double valData, double noise) = form(e, wiggle);
            return new MetricsRow(
                Figures.Columns, e, e * 938L, e * 1.6, [cd + 0.01, cd, 0.01, data, negative, valData - noise, valData, noise, 0.5]);
        })];
}
