using Joule.Compute;

namespace Joule.Evaluation;

/// <summary>Labelled rows in groups of equal energy, from high to low, with counts that a resample replaces.</summary>
internal sealed class DetectionCurve
{
    private readonly int[] _normalGroups; // the group of every normal row
    private readonly int[] _anomalyGroups;
    private readonly int[] _normal; // rows in every group
    private readonly int[] _anomalies;
    private readonly int _alarms; // the groups above the threshold

    /// <summary>Sorts the rows.</summary>
    /// <param name="energies">The energies.</param>
    /// <param name="isAnomaly">Which rows are anomalies.</param>
    /// <param name="threshold">Rows above it are called anomalies; null: none is.</param>
    public DetectionCurve(IReadOnlyList<float> energies, IReadOnlyList<bool> isAnomaly, float? threshold)
    {
        float[] keys = [.. energies];
        int bad = Array.FindIndex(keys, float.IsNaN);
        if (bad >= 0)
            throw new DivergenceException("energy of a labelled row", 0, bad, keys[bad]);
        int[] rows = [.. Enumerable.Range(0, keys.Length)];
        Array.Sort(keys, rows);
        List<int> normal = [], anomalies = [];
        int group = -1;
        for (int i = keys.Length - 1; i >= 0; i--)
        {
            if (i == keys.Length - 1 || keys[i] != keys[i + 1])
            {
                group++;
                _alarms += keys[i] > threshold ? 1 : 0;
            }
            (isAnomaly[rows[i]] ? anomalies : normal).Add(group);
        }
        (_normalGroups, _anomalyGroups) = ([.. normal], [.. anomalies]);
        (_normal, _anomalies) = (new int[group + 1], new int[group + 1]);
        Count(_normalGroups, _normal);
        Count(_anomalyGroups, _anomalies);
    }

    /// <summary>Number of normal rows.</summary>
    public int Normal => _normalGroups.Length;

    /// <summary>Number of anomalies.</summary>
    public int Anomalies => _anomalyGroups.Length;

    /// <summary>Draws as many rows of each kind as there are, with replacement.</summary>
    public void Resample(in RandomStream draws)
    {
        Draw(draws, 0, _normalGroups, _normal);
        Draw(draws, 1, _anomalyGroups, _anomalies);
    }

    /// <summary>Measures the current counts.</summary>
    /// <param name="falseAlarms">Numbers of false alarms.</param>
    /// <param name="figures">
    /// Receives AUROC, average precision, precision, recall, F1, and the detection rate at each number of false alarms.
    /// </param>
    public void Measure(ReadOnlySpan<int> falseAlarms, Span<double> figures)
    {
        double pairs = 0, precisions = 0, normal = Normal, anomalies = Anomalies;
        long found = 0, alarms = 0;
        figures[2..5].Fill(double.NaN);
        figures[5..].Fill(-1);
        for (int g = 0; g < _normal.Length; g++)
        {
            if (g == _alarms)
                MeasureAlarms(found, alarms, figures);
            for (int k = 0; k < falseAlarms.Length; k++)
            {
                if (figures[5 + k] < 0 && alarms + _normal[g] > falseAlarms[k])
                    figures[5 + k] = found / anomalies;
            }
            pairs += _anomalies[g] * (normal - alarms - 0.5 * _normal[g]);
            found += _anomalies[g];
            alarms += _normal[g];
            if (_anomalies[g] > 0)
                precisions += _anomalies[g] / anomalies * (found / (double)(found + alarms));
        }
        if (_alarms == _normal.Length)
            MeasureAlarms(found, alarms, figures);
        foreach (ref double rate in figures[5..])
            rate = rate < 0 ? 1 : rate;
        (figures[0], figures[1]) = (pairs / (normal * anomalies), precisions);
    }

    private void MeasureAlarms(long found, long alarms, Span<double> figures)
    {
        figures[2] = found + alarms == 0 ? double.NaN : found / (double)(found + alarms);
        figures[3] = found / (double)Anomalies;
        figures[4] = 2.0 * found / (found + alarms + Anomalies);
    }

    private static void Draw(in RandomStream draws, uint chain, int[] groups, int[] counts)
    {
        Array.Clear(counts);
        for (int i = 0; i < groups.Length; i++)
            counts[groups[draws.Integer(groups.Length, chain, i)]]++;
    }

    private static void Count(int[] groups, int[] counts)
    {
        foreach (int group in groups)
            counts[group]++;
    }
}
