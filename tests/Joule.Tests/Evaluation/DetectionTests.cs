using Joule.Compute;
using Joule.Evaluation;
using Joule.Tests.Data;
using Xunit;

namespace Joule.Tests.Evaluation;

public sealed class DetectionTests
{
    private const double Tolerance = 1e-12;

    [Fact]
    public void Four_rows_by_hand()
    {
        // From high to low: anomaly, normal, anomaly, normal.
        DetectionFigures figures = Detection.Of([0.1f, 0.4f, 0.35f, 0.8f], [false, false, true, true], 0.38f, 1);
        Assert.Equal((2, 2), (figures.Normal, figures.Anomalies));
        Assert.Equal(3 / 4.0, figures.Auroc.Value, Tolerance);
        Assert.Equal(0.5 * 1 + 0.5 * 2 / 3, figures.AveragePrecision.Value, Tolerance);
        Assert.Equal((0.5, 0.5, 0.5), (figures.Precision!.Value.Value, figures.Recall!.Value.Value, figures.F1!.Value.Value));
        Assert.Equal([(1, 1.0)], figures.At.Select(at => (at.FalseAlarms, at.Rate.Value)));
        Assert.Null(Detection.Of([1, 2], [false, true], null, 1).Precision);
    }

    [Fact]
    public void Rows_of_equal_energy_are_one_threshold()
    {
        // From high to low: an anomaly; an anomaly and a normal row; a normal row.
        DetectionFigures figures = Detection.Of([0.5f, 0.5f, 0.8f, 0.2f], [false, true, true, false], 0.5f, 1);
        Assert.Equal(3.5 / 4, figures.Auroc.Value, Tolerance);
        Assert.Equal(0.5 * 1 + 0.5 * 2 / 3, figures.AveragePrecision.Value, Tolerance);
        Assert.Equal((1.0, 0.5), (figures.Precision!.Value.Value, figures.Recall!.Value.Value)); // above the threshold, not at it
        DetectionFigures all = Detection.Of([1, 1, 1, 1, 1], [false, false, false, true, true], 1, 1);
        Assert.Equal((0.5, 0.4), (all.Auroc.Value, all.AveragePrecision.Value));
        Assert.Equal((double.NaN, 0.0, 0.0), (all.Precision!.Value.Value, all.Recall!.Value.Value, all.F1!.Value.Value));
        Assert.Equal(0, all.At[0].Rate.Value); // no threshold has at most one false alarm and an anomaly
    }

    [Fact]
    public void Figures_agree_with_scikit_learn()
    {
        // 400 rows with many ties; the figures are those of scikit-learn 1.2.1: average_precision_score, roc_auc_score,
        // precision_score, recall_score and f1_score of rows above 11.
        int[] rows = [.. Enumerable.Range(0, 400)];
        float[] energies = [.. rows.Select(i => (float)(i * i % 23 + (i % 5 == 0 ? 4 : 0)))];
        DetectionFigures figures = Detection.Of(energies, [.. rows.Select(i => i % 5 == 0)], 11, 1);
        Assert.Equal(0.41800598795280275, figures.AveragePrecision.Value, Tolerance);
        Assert.Equal(0.6833984375000001, figures.Auroc.Value, Tolerance);
        Assert.Equal(0.2679738562091503, figures.Precision!.Value.Value, Tolerance);
        Assert.Equal(0.5125, figures.Recall!.Value.Value, Tolerance);
        Assert.Equal(0.351931330472103, figures.F1!.Value.Value, Tolerance);
    }

    [Fact]
    public void The_detection_rate_counts_anomalies_above_the_next_normal_row()
    {
        // 30 normal rows at 0 … 29; anomalies at −1, 5.5, 28.5 and 40: below all, above 6, above 29 and above all of them.
        float[] energies = [.. Enumerable.Range(0, 30).Select(i => (float)i), -1, 5.5f, 28.5f, 40];
        DetectionFigures figures = Detection.Of(energies, [.. energies.Select((_, i) => i >= 30)], null, 1);
        Assert.Equal([(1, 0.5), (10, 0.5)], figures.At.Select(at => (at.FalseAlarms, at.Rate.Value)));
    }

    /// <summary>
    /// The interval of the AUROC of two normal sets, against the standard error of Hanley and McNeil (1982): the bootstrap's half-width is
    /// 1.96 of it, up to a quarter of that for 1,000 resamples and 300 rows.
    /// </summary>
    [Fact]
    public void The_interval_of_the_AUROC_has_the_width_of_its_standard_error()
    {
        float[] energies = new float[600];
        new RandomStream(5, RandomPurpose.User, 0).FillNormal(energies, 0);
        for (int i = 300; i < 600; i++)
            energies[i] += 1;
        DetectionFigures figures = Detection.Of(energies, [.. energies.Select((_, i) => i >= 300)], 1.5f, 7);
        double a = figures.Auroc.Value, q1 = a / (2 - a), q2 = 2 * a * a / (1 + a);
        double error = Math.Sqrt((a * (1 - a) + 299 * (q1 - a * a) + 299 * (q2 - a * a)) / 90_000);
        Assert.InRange((figures.Auroc.High - figures.Auroc.Low) / 2 / (1.96 * error), 0.75, 1.25);
        FigureInterval[] all = [figures.AveragePrecision, figures.Precision!.Value, figures.Recall!.Value, figures.F1!.Value,
            .. figures.At.Select(at => at.Rate)];
        Assert.All(all, figure => Assert.InRange(figure.Value, figure.Low, figure.High));
        Assert.Equal(figures.Auroc, Detection.Of(energies, [.. energies.Select((_, i) => i >= 300)], 1.5f, 7).Auroc);
        Assert.NotEqual(figures.Auroc, Detection.Of(energies, [.. energies.Select((_, i) => i >= 300)], 1.5f, 8).Auroc);
    }

    [Fact]
    public void Wrong_input_is_refused()
    {
        Refused.With(() => Detection.Of([1, 2], [true], null, 1), "2 energies and 1 labels");
        Refused.With(() => Detection.Of([1, 2], [true, true], null, 1), "0 normal rows and 2 anomalies");
        Assert.Throws<DivergenceException>(() => Detection.Of([1, float.NaN], [false, true], null, 1));
    }
}
