using System.Numerics.Tensors;

namespace Joule.Samplers;

/// <summary>Means and covariances of the numbers of a state: see <see cref="PooledMoments"/>.</summary>
public sealed class PooledCovariances : PooledMoments
{
    private readonly double[] _away;

    /// <summary>Starts with no states.</summary>
    /// <param name="width">d: numbers of a state. A state costs d²/2 multiplications.</param>
    // The second moments are the lower triangle of Σ (x − mean)(x − mean)ᵀ, row after row.
    public PooledCovariances(int width) : base(Positive(width), Start(width)) => _away = new double[width];

    /// <summary>The covariance of two numbers, with divisor n − 1.</summary>
    public double Covariance(int number, int other) =>
        Unbiased(Start(Math.Max(number, other)) + Math.Min(number, other));

    private protected override string Name => "Covariances";

    private protected override void Add(ReadOnlySpan<float> state, double count)
    {
        for (int i = 0; i < state.Length; i++)
        {
            _away[i] = state[i] - Means[i];
            Means[i] += _away[i] / count;
        }
        // From the old mean on one side and the new one on the other: (x − m)(x − m′) = (x − m)²·(n − 1)/n.
        double weight = (count - 1) / count;
        for (int i = 0; i < state.Length; i++)
        {
            Span<double> row = Seconds.AsSpan(Start(i), i + 1);
            TensorPrimitives.MultiplyAdd(_away.AsSpan(0, i + 1), weight * _away[i], row, row);
        }
    }

    /// <summary>
    /// The covariance as inverse masses, one row after the other, drawn towards 10⁻³ on the diagonal where there are few states, as in
    /// Stan: Σ·n/(n + 5) + 10⁻³·5/(n + 5)·I. Where that is not positive definite in float32, since there are fewer states than numbers and
    /// these vary by far more than 10⁻³, covariances are multiplied by 1 − s as well, with the smallest of s = 10⁻⁶, 10⁻⁵, … that is
    /// enough; variances stay.
    /// </summary>
    /// <exception cref="InvalidInputException">A variance does not fit into float32.</exception>
    private protected override float[] InverseMass(double count)
    {
        int width = Means.Length;
        float[] masses = new float[width * width];
        double share = count / (count + 5);
        for (int power = -7; power <= 0; power++)
        {
            double kept = power == -7 ? 1 : 1 - Math.Pow(10, power);
            for (int i = 0; i < width; i++)
            {
                for (int j = 0; j < i; j++)
                    masses[i * width + j] = masses[j * width + i] = (float)(Covariance(i, j) * share * kept);
                masses[i * width + i] = (float)(Covariance(i, i) * share + 1e-3 * (1 - share));
            }
            if (DenseMetric.Factor(masses, width, out _) is not null)
                return masses;
        }
        throw new InvalidInputException("The states of the warm-up vary too widely for inverse masses in float32. Rescale the energy's "
            + "states, or start chains closer together.");
    }

    private static int Start(int row) => row * (row + 1) / 2;
}
