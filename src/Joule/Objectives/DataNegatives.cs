using Joule.Compute;

namespace Joule.Objectives;

/// <summary>Options of <see cref="DataNegatives"/>.</summary>
[Named("data", "every chain starts from a data point of the update: CD-k with k = steps")]
public sealed record DataNegativesOptions : NegativesOptions
{
    /// <inheritdoc/>
    public override Negatives Create(NegativesContext context) => new DataNegatives(context, this);

    /// <inheritdoc/>
    public override string Describe() => $"chains that start from the data of an update, {StepsText()} (CD-{Steps})";

    /// <inheritdoc/>
    public override string Meaning() => "a model of the neighbourhood of its data: no chain has reached them from noise";
}

/// <summary>The original contrastive divergence: chains start from the data and make k steps (Hinton 2002).</summary>
public sealed class DataNegatives(NegativesContext context, DataNegativesOptions options) : Negatives(context, options)
{
    private readonly CopyProgram _copy = new();

    /// <inheritdoc/>
    public override bool StartsFromData => true;

    /// <inheritdoc/>
    public override bool MustMove => true;

    /// <inheritdoc/>
    protected override DeviceProgram Start(long update, Rows data, Rows negatives)
    {
        _copy.Prepare(data, negatives);
        return _copy;
    }
}
