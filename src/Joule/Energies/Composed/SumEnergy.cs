namespace Joule.Energies;

/// <summary>
/// E(x) = Σₖ wₖEₖ(x): the product of experts exp(−Eₖ)^wₖ (Hinton, "Training products of experts by minimizing contrastive divergence",
/// Neural Computation 14, 2002). A weight of −1 negates (Du, Li and Mordatch, "Compositional visual generation with energy based models",
/// NeurIPS 2020).
/// </summary>
public sealed class SumEnergy : ComposedEnergy, IKnown
{
    private readonly double[] _weights;

    /// <summary>Creates the energy.</summary>
    /// <param name="parts">The energies, at least one, all on the same states and all with gradients.</param>
    /// <param name="weights">wₖ, one of each energy, finite; none for 1.</param>
    /// <exception cref="InvalidInputException">Parts or weights do not fit.</exception>
    public SumEnergy(IReadOnlyList<Energy> parts, params IReadOnlyList<double> weights) : base(parts) =>
        _weights = PartWeights.Of(nameof(SumEnergy), parts.Count, weights, double.NegativeInfinity);

    /// <summary>Unknown, unless the only part of weight 1 knows it.</summary>
    public double? LogPartition => Only?.LogPartition;

    private IKnown? Only => _weights is [1] ? Parts[0] as IKnown : null;

    /// <summary>Unknown, unless the only part of weight 1 knows it.</summary>
    public double? Mean(int number)
    {
        CheckNumber(number);
        return Only?.Mean(number);
    }

    /// <summary>Unknown, unless the only part of weight 1 knows it.</summary>
    public double? Covariance(int number, int other)
    {
        CheckNumber(number);
        CheckNumber(other);
        return Only?.Covariance(number, other);
    }

    /// <inheritdoc/>
    protected override double Combine(ReadOnlySpan<float> energies, Span<double> slopes)
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
