using Joule.Objectives;
using Joule.Training;

namespace Joule.Runs;

/// <summary>The means of an epoch's recorded figures so far, each taken as its <see cref="FigureMean"/> says.</summary>
public sealed class FigureMeans
{
    private readonly FigureList _figures;
    private readonly double[] _sums;

    /// <summary>Starts without updates.</summary>
    /// <param name="figures">The figures of an update.</param>
    public FigureMeans(FigureList figures)
    {
        ArgumentNullException.ThrowIfNull(figures);
        _figures = figures;
        // One sum per figure, then the sum of the weights, then the number of updates. The sums of figures not recorded stay 0.
        _sums = new double[figures.Count + 2];
    }

    /// <summary>Updates so far.</summary>
    public int Count => (int)_sums[^1];

    /// <summary>The sums, then the sum of the weights, then the count: the whole state.</summary>
    internal ReadOnlySpan<double> Sums => _sums;

    private double Weight => _sums[^2];

    /// <summary>The mean of a recorded figure by name; NaN if there is none.</summary>
    public double this[string name] => Mean(_figures.IndexOf(name));

    /// <summary>The mean of a recorded figure by role; NaN if there is none.</summary>
    public double this[FigureRole role] => Mean(_figures.IndexOf(role));

    /// <summary>Adds the figures of one update.</summary>
    /// <param name="update">The figures, of the same list.</param>
    /// <param name="weight">States of the update as a share of a full batch. Above 0, at most 1.</param>
    public void Add(in TrainingFigures update, double weight = 1)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(weight);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(weight, 1);
        ReadOnlySpan<double> values = update.Values;
        if (values.Length != _figures.Count)
            throw new ArgumentException($"An update with {values.Length} figures was added to means of {_figures.Count}.", nameof(update));
        for (int i = 0; i < values.Length; i++)
        {
            if (!_figures[i].IsRecorded)
                continue;
            _sums[i] = _figures[i].Mean switch
            {
                FigureMean.States => _sums[i] + weight * values[i],
                FigureMean.Updates => _sums[i] + values[i],
                _ => values[i],
            };
        }
        _sums[^2] += weight;
        _sums[^1]++;
    }

    /// <summary>Removes all updates, for a new epoch.</summary>
    public void Clear() => _sums.AsSpan().Clear();

    /// <summary>Copies the means of the same figures.</summary>
    public void CopyFrom(FigureMeans other)
    {
        ArgumentNullException.ThrowIfNull(other);
        other._sums.CopyTo(_sums, 0);
    }

    /// <summary>Restores saved sums.</summary>
    /// <returns>False, with nothing changed, if these are not the sums of an epoch.</returns>
    internal bool TryRestore(ReadOnlySpan<double> sums)
    {
        if (sums.Length != _sums.Length)
            return false;
        double count = sums[^1], weight = sums[^2];
        bool isWhole = count >= 0 && count <= int.MaxValue && count == Math.Floor(count);
        if (!isWhole || !(weight <= count && (weight > 0 || count == 0 && weight == 0)))
            return false;
        sums.CopyTo(_sums);
        return true;
    }

    private double Mean(int place) => place < 0 || !_figures[place].IsRecorded || Count == 0
        ? double.NaN
        : _figures[place].Mean switch
        {
            FigureMean.States => _sums[place] / Weight,
            FigureMean.Updates => _sums[place] / Count,
            _ => _sums[place],
        };
}
