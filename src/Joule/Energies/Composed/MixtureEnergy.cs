namespace Joule.Energies;

/// <summary>
/// E(x) = −ln Σₖ wₖ·exp(−Eₖ(x)): a mixture, where Z = Σₖ wₖZₖ and part k holds the share wₖZₖ/Z. Answers that all parts know are known.
/// </summary>
public sealed class MixtureEnergy : ComposedEnergy, IKnown
{
    private readonly double[] _weights;
    private readonly double[]? _shares;

    /// <summary>Creates the energy.</summary>
    /// <param name="parts">The energies, at least one, all on the same states and all with gradients.</param>
    /// <param name="weights">wₖ, one of each energy, above 0; none for 1.</param>
    /// <exception cref="InvalidInputException">Parts or weights do not fit.</exception>
    public MixtureEnergy(IReadOnlyList<Energy> parts, params IReadOnlyList<double> weights) : base(parts)
    {
        _weights = PartWeights.Of(nameof(MixtureEnergy), parts, weights, 0);
        double?[] logs = [.. parts.Select((p, k) => Math.Log(_weights[k]) + (p as IKnown)?.LogPartition)];
        if (!logs.Contains(null))
        {
            double highest = logs.Max()!.Value, sum = logs.Sum(l => Math.Exp(l!.Value - highest));
            LogPartition = highest + Math.Log(sum);
            _shares = [.. logs.Select(l => Math.Exp(l!.Value - LogPartition.Value))];
        }
    }

    /// <summary>ln Σₖ wₖZₖ, in nats, or null where a part does not know its Zₖ.</summary>
    public double? LogPartition { get; }

    /// <inheritdoc/>
    public double? Mean(int number)
    {
        CheckNumber(number);
        return Average(part => part.Mean(number));
    }

    /// <inheritdoc/>
    public double? Covariance(int number, int other)
    {
        CheckNumber(number);
        CheckNumber(other);
        return Average(part => part.Covariance(number, other) + part.Mean(number) * part.Mean(other)) - Mean(number) * Mean(other);
    }

    /// <inheritdoc/>
    protected override double Combine(ReadOnlySpan<float> energies, Span<double> slopes)
    {
        double highest = double.NegativeInfinity, sum = 0;
        for (int k = 0; k < energies.Length; k++)
        {
            slopes[k] = Math.Log(_weights[k]) - energies[k];
            highest = Math.Max(highest, slopes[k]);
        }
        for (int k = 0; k < energies.Length; k++)
            sum += slopes[k] = Math.Exp(slopes[k] - highest);
        for (int k = 0; k < energies.Length; k++)
            slopes[k] /= sum;
        return -highest - Math.Log(sum);
    }

    // Nulls carry on through sums and products.
    private double? Average(Func<IKnown, double?> value)
    {
        double? sum = _shares is null ? null : 0;
        for (int k = 0; k < Parts.Count; k++)
            sum += _shares?[k] * (Parts[k] is IKnown known ? value(known) : null);
        return sum;
    }
}
