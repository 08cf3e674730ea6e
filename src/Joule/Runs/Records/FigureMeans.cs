using Joule.Objectives;
using Joule.Training;

namespace Joule.Runs;

/// <summary>The means of the recorded figures of an epoch so far, each as it says (<see cref="FigureMean"/>).</summary>
public sealed class FigureMeans
{
    private readonly FigureList _figures;
    private readonly double[] _sums;

    /// <summary>Prepares for figures; there is no update yet.</summary>
    /// <param name="figures">The figures of an update.</param>
    public FigureMeans(FigureList figures)
    {
        ArgumentNullException.ThrowIfNull(figures);
        _figures = figures;
        // A sum for each figure, then the sum of the weights, then how many updates are in them. Those of figures that are not recorded stay 0.
        _sums = new double[figures.Count + 2];
    }

    /// <summary>Updates so far.</summary>
    public int Count => (int)_sums[^1];

    /// <summary>The sums, then the sum of the weights, then the count: all that there is to remember.</summary>
    internal ReadOnlySpan<double> Sums => _sums;

    private double Weight => _sums[^2];

    /// <summary>The mean of a recorded figure; NaN where there is none of that name.</summary>
    public double this[string name] => Mean(_figures.IndexOf(name));

    /// <summary>The mean of the recorded figure that has a role; NaN where there is none.</summary>
    public double this[FigureRole role] => Mean(_figures.IndexOf(role));

    /// <summary>Takes in the figures of one more update.</summary>
    /// <param name="update">The figures, of the same list.</param>
    /// <param name="weight">States of the update, as a share of a whole batch. Above 0, at most 1.</param>
    public void Add(in TrainingFigures update, double weight = 1)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(weight);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(weight, 1);
        ReadOnlySpan<double> values = update.Values;
        if (values.Length != _figures.Count)
            throw new ArgumentException($"The means are of {_figures.Count} figures; an update with {values.Length} was added.", nameof(update));
        for (int i = 0; i < values.Length; i++)
        {
            if (_figures[i].IsRecorded)
                _sums[i] = _figures[i].Mean switch { FigureMean.States => _sums[i] + weight * values[i], FigureMean.Updates => _sums[i] + values[i], _ => values[i] };
        }
        _sums[^2] += weight;
        _sums[^1]++;
    }

    /// <summary>Starts anew: an epoch begins.</summary>
    public void Clear() => _sums.AsSpan().Clear();

    /// <summary>Becomes equal to others of the same figures.</summary>
    public void CopyFrom(FigureMeans other)
    {
        ArgumentNullException.ThrowIfNull(other);
        other._sums.CopyTo(_sums, 0);
    }

    /// <summary>Goes on from sums that were remembered.</summary>
    /// <returns>False where these are not sums of an epoch; nothing is changed then.</returns>
    internal bool TryRestore(ReadOnlySpan<double> sums)
    {
        if (sums.Length != _sums.Length)
            return false;
        double count = sums[^1], weight = sums[^2];
        if (!(count >= 0 && count <= int.MaxValue && count == Math.Floor(count)) || !(weight <= count && (weight > 0 || count == 0 && weight == 0)))
            return false;
        sums.CopyTo(_sums);
        return true;
    }

    private double Mean(int place) => place < 0 || !_figures[place].IsRecorded || Count == 0 ? double.NaN : _figures[place].Mean switch
    {
        FigureMean.States => _sums[place] / Weight,
        FigureMean.Updates => _sums[place] / Count,
        _ => _sums[place],
    };
}
