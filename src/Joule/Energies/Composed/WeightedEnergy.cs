namespace Joule.Energies;

/// <summary>
/// E(x) = Σₖ wₖEₖ(x) for weights that do not depend on x. Where every part is a normal distribution, or a weighted sum of such, and the sum
/// is one too, all its answers are known; so they are where there is one part of weight 1 that knows them.
/// </summary>
public abstract class WeightedEnergy : ComposedEnergy, IKnown
{
    private readonly double[] _weights;
    private readonly Lazy<QuadraticSum?> _normal;

    /// <summary>Takes the parts.</summary>
    /// <param name="parts">The energies, at least one, all on the same states and all with gradients.</param>
    /// <param name="weights">wₖ, one of each energy, finite.</param>
    private protected WeightedEnergy(IReadOnlyList<Energy> parts, double[] weights) : base(parts)
    {
        _weights = weights;
        _normal = new Lazy<QuadraticSum?>(() => QuadraticSum.Of(this));
    }

    /// <summary>wₖ, in the order of <see cref="ComposedEnergy.Parts"/>.</summary>
    public IReadOnlyList<double> Weights => _weights;

    /// <inheritdoc/>
    public double? LogPartition => Only is { } only ? only.LogPartition : _normal.Value?.LogPartition;

    private IKnown? Only => _weights is [1] ? Parts[0] as IKnown : null;

    /// <inheritdoc/>
    public double? Mean(int number)
    {
        CheckNumber(number);
        return Only is { } only ? only.Mean(number) : _normal.Value?.Normal.Moment(number, 1);
    }

    /// <inheritdoc/>
    public double? Covariance(int number, int other)
    {
        CheckNumber(number);
        CheckNumber(other);
        return Only is { } only ? only.Covariance(number, other) : _normal.Value?.Normal.Covariance(number, other);
    }

    /// <inheritdoc/>
    protected sealed override double Combine(ReadOnlySpan<float> energies, Span<double> slopes)
    {
        double sum = 0;
        for (int k = 0; k < energies.Length; k++)
        {
            slopes[k] = _weights[k];
            sum += _weights[k] * energies[k];
        }
        return sum;
    }
}
