namespace Joule.Energies;

/// <summary>
/// A weighted sum of quadratic energies, Σₖ wₖ·½(x − μₖ)ᵀΛₖ(x − μₖ): the product of normal distributions, which is one again with the
/// precision Λ = Σ wₖΛₖ and the mean Λ⁻¹·Σ wₖΛₖμₖ where Λ is positive definite.
/// </summary>
internal sealed class QuadraticSum
{
    private readonly double[,] _precision;
    private readonly double[] _pull; // Σ wₖΛₖμₖ
    private double _constant; // ½ Σ wₖμₖᵀΛₖμₖ

    private QuadraticSum(int width)
    {
        _precision = new double[width, width];
        _pull = new double[width];
        Normal = null!;
    }

    /// <summary>The normal distribution.</summary>
    public CorrelatedGaussianEnergy Normal { get; private set; }

    /// <summary>ln Z of the sum, in nats: that of the normal distribution less the lowest energy.</summary>
    public double LogPartition { get; private set; }

    /// <summary>The sum, or null where a part is not quadratic or the sum has no finite Z.</summary>
    public static QuadraticSum? Of(WeightedEnergy energy)
    {
        QuadraticSum sum = new(energy.Space.Width);
        if (!sum.Add(energy, 1) || Cholesky.TryFactor(sum._precision) is not { } factor)
            return null;
        int n = sum._pull.Length;
        double[] mean = (double[])sum._pull.Clone();
        factor.Solve(mean);
        double[][] inverse = factor.Inverse();
        double[,] covariance = new double[n, n];
        double lowest = sum._constant;
        for (int i = 0; i < n; i++)
        {
            lowest -= 0.5 * mean[i] * sum._pull[i];
            for (int j = 0; j < n; j++)
                covariance[i, j] = inverse[i][j];
        }
        sum.Normal = new CorrelatedGaussianEnergy(mean, covariance);
        sum.LogPartition = sum.Normal.LogPartition - lowest;
        return sum;
    }

    private bool Add(Energy energy, double weight)
    {
        switch (energy)
        {
            case WeightedEnergy inner:
                for (int k = 0; k < inner.Parts.Count; k++)
                {
                    if (!Add(inner.Parts[k], weight * inner.Weights[k]))
                        return false;
                }
                return true;
            case CorrelatedGaussianEnergy gaussian:
                for (int i = 0; i < _pull.Length; i++)
                {
                    for (int j = 0; j < _pull.Length; j++)
                        Add(i, j, weight * gaussian.Precision(i, j), gaussian.Moment(i, 1), gaussian.Moment(j, 1));
                }
                return true;
            case IExact independent when energy is GaussianEnergy or HarmonicEnergy:
                for (int i = 0; i < _pull.Length; i++)
                    Add(i, i, weight / independent.Covariance(i, i)!.Value, independent.Moment(i, 1), independent.Moment(i, 1));
                return true;
            default:
                return false;
        }
    }

    private void Add(int row, int column, double precision, double rowMean, double columnMean)
    {
        _precision[row, column] += precision;
        _pull[row] += precision * columnMean;
        _constant += 0.5 * precision * rowMean * columnMean;
    }
}
