namespace Joule.Gpu.Plans;

/// <summary>
/// The tangents of a plan's values: their derivatives along a direction v of the states. The tangent of the energy is ⟨v, ∇ₓE⟩, so reverse
/// on a plan with tangents gives the gradient of ⟨v, ∇ₓE⟩ with respect to the parameters. Linear operations act on tangents with the same
/// weights and without their bias.
/// </summary>
/// <param name="states">The states.</param>
/// <param name="steps">The plan's operations, to which those of tangents are added.</param>
internal sealed class TangentPlanner(PlanValue states, List<PlanStep> steps)
{
    private readonly Dictionary<PlanValue, PlanValue> _tangents = new()
    {
        [states] = new PlanValue(states.Plane.Alike()) { HasOwnGradient = true },
    };

    /// <summary>The directions: the tangent of the states.</summary>
    public PlanValue Directions => _tangents[states];

    /// <summary>Adds an operation and that on tangents.</summary>
    public void Add(PlanStep step)
    {
        switch (step)
        {
            case LinearStep linear:
                Add(linear);
                break;
            case PoolStep pool:
                Add(pool);
                break;
            case PointwiseStep pointwise:
                steps.Add(new TangentPointwiseStep(pointwise.Source, PlanUse.Of(_tangents[pointwise.Source.Value]), pointwise.Output,
                    Tangent(pointwise.Output), pointwise.Function, pointwise.Parameter));
                break;
            case JoinStep join:
                Add(join);
                break;
            default:
                throw new InvalidOperationException($"There is no tangent of {step.GetType().Name}.");
        }
    }

    /// <summary>The derivative of a part of the energy.</summary>
    public PlanTerm Of(PlanTerm term) => new(PlanUse.Of(_tangents[term.Source.Value]), term.Weight, WeightSource.Zero) { Shares = term };

    // In reverse the map of the tangent comes first, and so do its sums of the weights' gradient.
    private void Add(LinearStep step)
    {
        PlanValue from = _tangents[step.Source.Value], to = Tangent(step.Output);
        WeightJob[] own = [.. step.Weights.Where(job => job.Window is not null).Select(job => job with
        {
            Anchor = Like(job.Anchor),
            Window = Like(job.Window!),
        })];
        WeightJob[] weights = [.. step.Weights.Select((job, i) => job.Window is null ? job : job with { Earlier = own[i] })];
        LinearStep added = step with { Weights = weights };
        steps.Add(added);
        steps.Add(new LinearStep(PlanUse.Of(from), to, On(step.Forward, from.Plane), On(step.Reverse, to.Gradient), step.Bias)
        {
            Shares = added,
            Weights = own,
        });

        Plane Like(Plane plane) => plane == step.Output.Gradient ? to.Gradient : from.Plane;
    }

    private void Add(PoolStep step)
    {
        steps.Add(step);
        steps.Add(new PoolStep(PlanUse.Of(_tangents[step.Source.Value]), Tangent(step.Output), step.Size));
    }

    private void Add(JoinStep step)
    {
        PlanValue first = _tangents[step.First.Value], second = _tangents[step.Second.Value], to = Tangent(step.Output);
        if (step.IsProduct)
        {
            (first.HasOwnGradient, second.HasOwnGradient) = (true, true);
            steps.Add(new TangentProductStep(step.First, step.Second, PlanUse.Of(first), PlanUse.Of(second), step.Output, to));
            return;
        }
        steps.Add(step);
        steps.Add(new JoinStep(PlanUse.Of(first), PlanUse.Of(second), to, IsProduct: false));
    }

    private PlanValue Tangent(PlanValue value) => _tangents[value] = new PlanValue(value.Plane.Alike());

    private static PlacedJob[] On(IReadOnlyList<PlacedJob> jobs, Plane source) =>
        [.. jobs.Select(placed => placed with { Job = placed.Job with { Source = source } })];
}
