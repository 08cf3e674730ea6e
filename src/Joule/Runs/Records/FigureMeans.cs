using Joule.Training;

namespace Joule.Runs;

/// <summary>
/// The means of the figures of an epoch so far. Energies, divergence, regularisation and loss are means over images: an update with half a batch, as the last one of
/// an epoch may be, counts half. The gradient norm belongs to an update, and is the mean over updates.
/// </summary>
public sealed class FigureMeans
{
    private const int Figures = 6;

    // The sums of the six figures, then of the weights, then how many updates are in them.
    private readonly double[] _sums = new double[Figures + 2];

    /// <summary>Updates so far.</summary>
    public int Count => (int)_sums[^1];

    /// <summary>The means.</summary>
    public TrainingFigures Mean => new(_sums[0] / Weight, _sums[1] / Weight, _sums[2] / Weight, _sums[3] / Weight, _sums[4] / Weight, _sums[5] / Count);

    /// <summary>The sums, then the sum of the weights, then the count: all that there is to remember.</summary>
    internal ReadOnlySpan<double> Sums => _sums;

    private double Weight => _sums[Figures];

    /// <summary>Takes in the figures of one more update.</summary>
    /// <param name="f">The figures.</param>
    /// <param name="weight">Images of the update, as a share of a whole batch. Above 0, at most 1.</param>
    public void Add(in TrainingFigures f, double weight = 1)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(weight);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(weight, 1);
        _sums[0] += weight * f.Loss;
        _sums[1] += weight * f.Divergence;
        _sums[2] += weight * f.Regularization;
        _sums[3] += weight * f.DataEnergy;
        _sums[4] += weight * f.NegativeEnergy;
        _sums[5] += f.GradientNorm;
        _sums[Figures] += weight;
        _sums[^1]++;
    }

    /// <summary>Starts anew: an epoch begins.</summary>
    public void Clear() => _sums.AsSpan().Clear();

    /// <summary>Becomes equal to others.</summary>
    public void CopyFrom(FigureMeans other)
    {
        ArgumentNullException.ThrowIfNull(other);
        other._sums.CopyTo(_sums, 0);
    }

    /// <summary>Goes on from sums that were remembered. Those of an earlier Joule have no sum of weights: only whole batches are in them.</summary>
    /// <returns>False where these are not sums of an epoch; nothing is changed then.</returns>
    internal bool TryRestore(ReadOnlySpan<double> sums)
    {
        bool earlier = sums.Length == Figures + 1;
        if (!earlier && sums.Length != Figures + 2)
            return false;
        double count = sums[^1], weight = sums[Figures];
        if (!(count >= 0 && count <= int.MaxValue && count == Math.Floor(count)) || !(weight <= count && (weight > 0 || count == 0 && weight == 0)))
            return false;
        sums.CopyTo(_sums);
        _sums[^1] = count;
        return true;
    }
}
