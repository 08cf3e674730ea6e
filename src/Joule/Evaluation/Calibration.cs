using Joule.Data;

namespace Joule.Evaluation;

/// <summary>
/// The energies of normal rows that training did not see, and the alarm rate. A new energy E has the p-value (1 + number of calibration
/// energies ≥ E) / (n + 1). If the new row comes from the distribution of the calibration rows, its p-value is at most R with a
/// probability of at most R, for every R (conformal p-values: Vovk, Gammerman and Shafer 2005; Bates et al. 2023, equation 1). Immutable.
/// </summary>
/// <remarks>
/// Up to <see cref="MostExact"/> energies are all kept. Of more, the highest <see cref="ExactTail"/> are kept, and every
/// <see cref="Step"/>-th of the others: p-values are then rounded up, by at most <see cref="Error"/>; those of the highest energies are
/// exact.
/// </remarks>
public sealed class Calibration
{
    /// <summary>The default of <see cref="AlarmRate"/>.</summary>
    public const double DefaultAlarmRate = 0.01;

    /// <summary>The largest number of energies that are all kept.</summary>
    public const int MostExact = 8192;

    /// <summary>The number of highest energies that are kept of more.</summary>
    public const int ExactTail = 4096;

    private readonly float[] _kept; // ascending: every Step-th of the lower energies, then the highest ones
    private readonly int _lowerKept;

    private Calibration(int count, float[] kept, double alarmRate)
    {
        CheckAlarmRate(alarmRate);
        (Count, _kept, AlarmRate) = (count, kept, alarmRate);
        (_, Step, _lowerKept) = Layout(count);
    }

    /// <summary>Number of calibration rows, n.</summary>
    public int Count { get; }

    /// <summary>The share of normal rows that may be called anomalies, above 0 and below 1.</summary>
    public double AlarmRate { get; }

    /// <summary>Of the lower energies, one in this many is kept; 1: all.</summary>
    public int Step { get; }

    /// <summary>The kept energies, ascending, in nats.</summary>
    public ReadOnlySpan<float> Kept => _kept;

    /// <summary>The smallest p-value that a row can have: 1/(n + 1).</summary>
    public double SmallestPValue => 1.0 / (Count + 1);

    /// <summary>The most by which a p-value is rounded up; 0 if all energies are kept.</summary>
    public double Error => (Step - 1.0) / (Count + 1);

    /// <summary>Whether <see cref="AlarmRate"/> is so small that no row can be an anomaly.</summary>
    public bool IsBlind => SmallestPValue > AlarmRate;

    /// <summary>A row is an anomaly if its energy is above this, in nats; infinite if no row can be one (<see cref="IsBlind"/>).</summary>
    public float Threshold
    {
        get
        {
            // The p-value just above a kept energy falls as the energy rises.
            int low = 0, high = _kept.Length;
            while (low < high)
            {
                int middle = (low + high) / 2;
                if (PValue(MathF.BitIncrement(_kept[middle])) <= AlarmRate)
                    high = middle;
                else
                    low = middle + 1;
            }
            return low < _kept.Length ? _kept[low] : float.PositiveInfinity;
        }
    }

    /// <summary>Calibrates with energies.</summary>
    /// <param name="energies">The energies of the calibration rows, in nats, in any order; not changed.</param>
    /// <param name="alarmRate">The alarm rate, above 0 and below 1.</param>
    /// <param name="source">Where the rows come from, for errors.</param>
    /// <exception cref="InvalidInputException">There are too few energies, or the alarm rate is out of range.</exception>
    /// <exception cref="DivergenceException">An energy is not finite.</exception>
    public static Calibration Of(ReadOnlySpan<float> energies, double alarmRate = DefaultAlarmRate, string source = "calibration")
    {
        CalibrationRows.Check(energies.Length, source);
        int bad = energies.IndexOfAnyExceptInRange(float.MinValue, float.MaxValue);
        if (bad >= 0)
            throw new DivergenceException("energy of a calibration row", 0, bad, energies[bad]);
        float[] sorted = energies.ToArray();
        Array.Sort(sorted);
        (int lower, int step, int lowerKept) = Layout(sorted.Length);
        float[] kept = new float[lowerKept + sorted.Length - lower];
        for (int i = 0; i < lowerKept; i++)
            kept[i] = sorted[i * step];
        sorted.AsSpan(lower).CopyTo(kept.AsSpan(lowerKept));
        return new Calibration(sorted.Length, kept, alarmRate);
    }

    /// <summary>Restores a calibration.</summary>
    /// <param name="count">Number of calibration rows.</param>
    /// <param name="kept">The kept energies, ascending; the array is kept, not copied.</param>
    /// <param name="alarmRate">The alarm rate.</param>
    /// <exception cref="InvalidInputException">The parts do not fit together, or a value is out of range.</exception>
    public static Calibration Restore(int count, float[] kept, double alarmRate)
    {
        ArgumentNullException.ThrowIfNull(kept);
        CalibrationRows.Check(count, "calibration");
        (int lower, _, int lowerKept) = Layout(count);
        if (kept.Length != lowerKept + count - lower)
        {
            throw new InvalidInputException($"A calibration of {count} rows keeps {lowerKept + count - lower} energies; there are "
                + $"{kept.Length}.");
        }
        for (int i = 0; i < kept.Length; i++)
        {
            if (!float.IsFinite(kept[i]) || (i > 0 && kept[i] < kept[i - 1]))
            {
                throw new InvalidInputException($"Calibration energy {i} is {kept[i]}{(i > 0 ? $" after {kept[i - 1]}" : "")}; the "
                    + "energies must be finite and ascending.");
            }
        }
        return new Calibration(count, kept, alarmRate);
    }

    /// <summary>Refuses an alarm rate that is not above 0 and below 1.</summary>
    /// <exception cref="InvalidInputException">It is out of range.</exception>
    public static void CheckAlarmRate(double rate)
    {
        if (!(rate > 0 && rate < 1))
        {
            throw new InvalidInputException($"The alarm rate is {rate}; it must be above 0 and below 1, for example 0.01: one false alarm "
                + "in 100 normal rows.");
        }
    }

    /// <summary>The same calibration with another alarm rate.</summary>
    /// <exception cref="InvalidInputException">The rate is not above 0 and below 1.</exception>
    public Calibration With(double alarmRate) => new(Count, _kept, alarmRate);

    /// <summary>
    /// The p-value of an energy, from <see cref="SmallestPValue"/> to 1: small for an energy that is high among normal rows.
    /// </summary>
    /// <param name="energy">The energy, in nats.</param>
    /// <exception cref="DivergenceException">The energy is NaN.</exception>
    public double PValue(float energy)
    {
        if (float.IsNaN(energy))
            throw new DivergenceException("energy of a state", 0, 0, energy);
        return (1.0 + CountAtLeast(energy)) / (Count + 1);
    }

    /// <summary>Whether a row of this energy is an anomaly: its p-value is at most the alarm rate.</summary>
    /// <inheritdoc cref="PValue"/>
    public bool IsAnomaly(float energy) => PValue(energy) <= AlarmRate;

    // Energies that were left out count as high where they may be.
    private int CountAtLeast(float energy)
    {
        int low = 0, high = _kept.Length;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (_kept[middle] < energy)
                low = middle + 1;
            else
                high = middle;
        }
        return low == 0 ? Count
            : low > _lowerKept ? _kept.Length - low
            : Count - (low - 1) * Step - 1;
    }

    private static (int Lower, int Step, int LowerKept) Layout(int count)
    {
        if (count <= MostExact)
            return (0, 1, 0);
        int lower = count - ExactTail, most = MostExact - ExactTail, step = (lower + most - 1) / most;
        return (lower, step, (lower + step - 1) / step);
    }
}
