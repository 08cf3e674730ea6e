namespace Joule.Samplers;

/// <summary>Means and variances of every number of a state: see <see cref="PooledMoments"/>.</summary>
public sealed class PooledVariances : PooledMoments
{
    /// <summary>Starts with no states.</summary>
    /// <param name="width">Numbers of a state.</param>
    public PooledVariances(int width) : base(Positive(width), width) { }

    /// <summary>The variance of a number, with divisor n − 1.</summary>
    public double Variance(int number) => Unbiased(number);

    private protected override string Name => "Variances";

    private protected override void Add(ReadOnlySpan<float> state, double count)
    {
        for (int i = 0; i < state.Length; i++)
        {
            double away = state[i] - Means[i];
            Means[i] += away / count;
            Seconds[i] += away * (state[i] - Means[i]);
        }
    }

    /// <summary>
    /// The variances as inverse masses, drawn towards 10⁻³ where there are few states, as in Stan: v·n/(n + 5) + 10⁻³·5/(n + 5).
    /// </summary>
    private protected override float[] InverseMass(double count)
    {
        float[] masses = new float[Means.Length];
        for (int i = 0; i < masses.Length; i++)
            masses[i] = (float)(Variance(i) * (count / (count + 5)) + 1e-3 * (5 / (count + 5)));
        return masses;
    }
}
