using Joule.Training;

namespace Joule.Runs;

/// <summary>The means of the figures of an epoch's updates so far.</summary>
public sealed class FigureMeans
{
    private const int Figures = 6;

    // The sums of the six figures, and how many updates are in them.
    private readonly double[] _sums = new double[Figures + 1];

    /// <summary>Updates so far.</summary>
    public int Count => (int)_sums[Figures];

    /// <summary>The means.</summary>
    public TrainingFigures Mean => new(_sums[0] / Count, _sums[1] / Count, _sums[2] / Count, _sums[3] / Count, _sums[4] / Count, _sums[5] / Count);

    /// <summary>The sums, and after them the count: all that there is to remember.</summary>
    internal Span<double> Sums => _sums;

    /// <summary>Takes in the figures of one more update.</summary>
    public void Add(in TrainingFigures f)
    {
        _sums[0] += f.Loss;
        _sums[1] += f.Divergence;
        _sums[2] += f.Regularization;
        _sums[3] += f.DataEnergy;
        _sums[4] += f.NegativeEnergy;
        _sums[5] += f.GradientNorm;
        _sums[Figures]++;
    }

    /// <summary>Starts anew: an epoch begins.</summary>
    public void Clear() => _sums.AsSpan().Clear();

    /// <summary>Becomes equal to others.</summary>
    public void CopyFrom(FigureMeans other)
    {
        ArgumentNullException.ThrowIfNull(other);
        other._sums.CopyTo(_sums, 0);
    }
}
