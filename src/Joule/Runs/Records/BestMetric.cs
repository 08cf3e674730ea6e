using Joule.Objectives;

namespace Joule.Runs;

/// <summary>A figure that decides which epoch is best.</summary>
/// <param name="Name">The column of metrics.csv.</param>
/// <param name="Better">Which values are better.</param>
/// <param name="Meaning">What makes an epoch the best, in words.</param>
/// <remarks>
/// No cheap figure measures how good an energy is. <c>val_cd</c> says how far the validation data (or else the test data) lie below noise.
/// It finds an epoch that tells the two apart, but keeps falling while energies grow. It is a fair guide when training keeps the energies
/// small.
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
