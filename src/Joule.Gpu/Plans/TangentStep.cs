using Joule.Compute;

namespace Joule.Gpu.Plans;

/// <summary>
/// An operation on values and their tangents, which are derivatives along the directions of the states. In reverse it reads what it read
/// forward, so nothing else is kept.
/// </summary>
/// <param name="Output">The value that it writes.</param>
/// <param name="Tangent">The tangent of the output.</param>
internal abstract record TangentStep(PlanValue Output, PlanValue Tangent) : PlanStep(Output)
{
    /// <inheritdoc/>
    public sealed override IReadOnlyList<PlanValue> Outputs => [Output, Tangent];
}

/// <summary>
/// A function of every number z with the tangent ż: φ(z) and φ′(z)·ż. With the gradients α and β of these two, the gradient of ż is φ′(z)·β
/// and that of z is φ′(z)·α + φ″(z)·ż·β.
/// </summary>
/// <param name="Source">z.</param>
/// <param name="SourceTangent">ż.</param>
/// <param name="Output">φ(z).</param>
/// <param name="Tangent">φ′(z)·ż.</param>
/// <param name="Function">φ.</param>
/// <param name="Parameter">Its parameter.</param>
internal sealed record TangentPointwiseStep(
    PlanUse Source, PlanUse SourceTangent, PlanValue Output, PlanValue Tangent, PointwiseFunction Function, float Parameter)
    : TangentStep(Output, Tangent)
{
    /// <inheritdoc/>
    public override IReadOnlyList<PlanUse> Reads => [Source, SourceTangent];
}

/// <summary>
/// The product of two values a and b with the tangents ȧ and ḃ: a·b and a·ḃ + ȧ·b. With the gradients α and β of these two, the gradient of
/// a is α·b + β·ḃ and that of ȧ is β·b; those of b and ḃ are the same with a.
/// </summary>
/// <param name="First">a.</param>
/// <param name="Second">b.</param>
/// <param name="FirstTangent">ȧ.</param>
/// <param name="SecondTangent">ḃ.</param>
/// <param name="Output">a·b.</param>
/// <param name="Tangent">a·ḃ + ȧ·b.</param>
internal sealed record TangentProductStep(
    PlanUse First, PlanUse Second, PlanUse FirstTangent, PlanUse SecondTangent, PlanValue Output, PlanValue Tangent)
    : TangentStep(Output, Tangent)
{
    /// <inheritdoc/>
    public override IReadOnlyList<PlanUse> Reads => [First, Second, FirstTangent, SecondTangent];
}
