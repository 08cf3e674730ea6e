using Joule.Objectives;

namespace Joule.Runs;

/// <summary>By which figure of an epoch the best one is chosen.</summary>
/// <param name="Name">The column of metrics.csv.</param>
/// <param name="Better">Which values are better.</param>
/// <param name="Meaning">What makes an epoch the best, in words.</param>
/// <remarks>
/// No cheap figure measures how good an energy is. <c>val_cd</c> says how far the validation data lie below noise (the test data, where no
/// others are set apart): it finds
/// an epoch that tells them apart, and falls on while energies grow. Of a training that holds the energies small it is a fair guide.
/// </remarks>
public sealed record BestMetric(string Name, Better Better, string Meaning)
{
    /// <summary>Whether the last row is better than all before it.</summary>
    public bool IsBest(IReadOnlyList<MetricsRow> rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        if (rows.Count == 0 || double.IsNaN(Badness(rows[^1])))
            return false;
        double last = Badness(rows[^1]);
        for (int i = 0; i < rows.Count - 1; i++)
        {
            if (Badness(rows[i]) <= last)
                return false;
        }
        return true;
    }

    private double Badness(MetricsRow row) => Better switch
    {
        Better.Lower => row[Name],
        Better.Higher => -row[Name],
        Better.NearZero => Math.Abs(row[Name]),
        _ => double.NaN,
    };
}
