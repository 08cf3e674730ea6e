using Joule.Compute;

namespace Joule.Objectives;

/// <summary>Options of <see cref="NoiseNegatives"/>.</summary>
[Named("noise", "every chain of every update starts from fresh uniform noise")]
public sealed record NoiseNegativesOptions : NegativesOptions
{
    /// <inheritdoc/>
    public override Negatives Create(NegativesContext context) => new NoiseNegatives(context, this);
}

/// <summary>Chains that start from fresh uniform noise at every update (short-run chains; Nijkamp et al. 2019, arXiv:1904.09770).</summary>
public sealed class NoiseNegatives(NegativesContext context, NoiseNegativesOptions options) : Negatives(context, options)
{
    /// <inheritdoc/>
    protected override void Start(long update, Rows data, Rows negatives)
    {
        for (int i = 0; i < negatives.Count; i++)
            FillNoise(update, negatives, i);
    }
}
