using Joule.Compute;

namespace Joule.Gpu.Plans;

/// <summary>An operation of a plan.</summary>
/// <param name="Output">What it writes.</param>
internal abstract record PlanStep(PlanValue Output)
{
    /// <summary>What it reads.</summary>
    public abstract IReadOnlyList<PlanUse> Reads { get; }

    /// <summary>All that it writes, <see cref="Output"/> first.</summary>
    public virtual IReadOnlyList<PlanValue> Outputs => [Output];
}

/// <summary>A linear map with a bias and a function.</summary>
/// <param name="Source">What it reads.</param>
/// <param name="Output">What it writes.</param>
/// <param name="Forward">The map, in one or several jobs that fill different pixels.</param>
/// <param name="Reverse">The map back to its inputs.</param>
/// <param name="Bias">The source of an output channel's bias.</param>
internal sealed record LinearStep(
    PlanUse Source, PlanValue Output, IReadOnlyList<PlacedJob> Forward, IReadOnlyList<PlacedJob> Reverse, Func<int, int> Bias)
    : PlanStep(Output)
{
    /// <inheritdoc/>
    public override IReadOnlyList<PlanUse> Reads => [Source];

    /// <summary>The map whose packed weights this one reads, in the same jobs and without the bias; null: it has its own.</summary>
    public LinearStep? Shares { get; init; }

    /// <summary>The float of the packed weights with the first bias; −1: it has none.</summary>
    public int BiasAt { get; set; } = -1;

    /// <summary>The gradients of its parameters; none for a map without.</summary>
    public IReadOnlyList<WeightJob> Weights { get; init; } = [];
}

/// <summary>A function of every number.</summary>
/// <param name="Source">What it reads.</param>
/// <param name="Output">What it writes.</param>
/// <param name="Function">The function.</param>
/// <param name="Parameter">Its parameter.</param>
internal sealed record PointwiseStep(PlanUse Source, PlanValue Output, PointwiseFunction Function, float Parameter) : PlanStep(Output)
{
    /// <inheritdoc/>
    public override IReadOnlyList<PlanUse> Reads => [Source];
}

/// <summary>The sum or the product of two values.</summary>
/// <param name="First">The first one.</param>
/// <param name="Second">The second one.</param>
/// <param name="Output">What it writes.</param>
/// <param name="IsProduct">Whether it is the product.</param>
internal sealed record JoinStep(PlanUse First, PlanUse Second, PlanValue Output, bool IsProduct) : PlanStep(Output)
{
    /// <inheritdoc/>
    public override IReadOnlyList<PlanUse> Reads => [First, Second];
}

/// <summary>The mean of squares of pixels.</summary>
/// <param name="Source">What it reads.</param>
/// <param name="Output">What it writes.</param>
/// <param name="Size">Side of a square.</param>
internal sealed record PoolStep(PlanUse Source, PlanValue Output, int Size) : PlanStep(Output)
{
    /// <inheritdoc/>
    public override IReadOnlyList<PlanUse> Reads => [Source];
}

/// <summary>A part of the energy: a weighted sum of a value's numbers, and a constant.</summary>
/// <param name="Source">The value.</param>
/// <param name="Weight">The source of the weight of a number, in the public order.</param>
/// <param name="Bias">The source of the constant.</param>
internal sealed record PlanTerm(PlanUse Source, Func<int, int> Weight, int Bias)
{
    /// <summary>The part whose packed weights this one reads: this is its derivative along directions. Null: it has its own.</summary>
    public PlanTerm? Shares { get; init; }

    /// <summary>What the part counts for each chain, in a plan for training.</summary>
    public Plane? ChainWeights { get; set; }

    /// <summary>The float of the packed weights with the first weight, in the order of the value's cells.</summary>
    public int WeightsAt { get; set; }

    /// <summary>The float of the packed weights with the constant.</summary>
    public int BiasAt { get; set; }

    /// <summary>The gradients of its parameters, in a plan for training.</summary>
    public IReadOnlyList<WeightJob> Weights { get; set; } = [];

    /// <summary>
    /// Whether the operation that writes the value can do the term at once, so that the value is never stored: there is no other reader.
    /// </summary>
    public bool IsFused => Source.Value.IsLinear && Source.Value.Uses.Count == 1;
}
