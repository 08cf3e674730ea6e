using System.Runtime.InteropServices;

namespace Joule.Gpu.Plans;

/// <summary>A network as a kernel runs it: its operations, and the parts of the energy.</summary>
internal sealed class KernelPlan
{
    private readonly List<int> _sources = [];
    private readonly List<int> _targets = [];
    private List<IReadOnlyList<PlanStep>>? _groups;

    /// <summary>Lays out the weights.</summary>
    /// <param name="states">The states.</param>
    /// <param name="steps">The operations, in forward order.</param>
    /// <param name="terms">The parts of the energy.</param>
    /// <param name="trains">Whether the plan is for the gradient of the parameters; the layout of the weights is the same.</param>
    /// <param name="directions">
    /// Directions of the states, if the plan has the derivatives along them (<see cref="TangentPlanner"/>).
    /// </param>
    public KernelPlan(PlanValue states, IReadOnlyList<PlanStep> steps, IReadOnlyList<PlanTerm> terms, bool trains = false,
        PlanValue? directions = null)
    {
        (States, Steps, Terms, Trains, Directions) = (states, steps, terms, trains, directions);
        if (trains)
            AddWeights();
        foreach (LinearStep step in steps.OfType<LinearStep>())
        {
            foreach (PlacedJob part in step.Forward.Concat(step.Reverse))
                part.Job.WidenSource();
        }
        foreach (PlanValue value in Values.Where(v => !v.HasOwnGradient))
            Plane.Unite(value.Plane, value.Gradient);
        foreach (LinearStep step in steps.OfType<LinearStep>())
        {
            PlacedJob[] parts = [.. step.Forward, .. step.Reverse];
            if (step.Shares is { } like)
            {
                foreach ((PlacedJob part, PlacedJob same) in parts.Zip(like.Forward.Concat(like.Reverse)))
                    part.Job.WeightsAt = same.Job.WeightsAt;
                continue;
            }
            foreach (PlacedJob part in parts)
                part.Job.AddWeights(_sources);
            step.BiasAt = _sources.Count;
            Plane output = step.Output.Plane;
            for (int c = 0; c < 4 * output.Quads; c++)
                _sources.Add(c < output.Channels ? step.Bias(c) : WeightSource.Zero);
        }
        foreach (PlanTerm term in terms)
        {
            if (term.Shares is { } like)
            {
                (term.WeightsAt, term.BiasAt) = (like.WeightsAt, -1);
                continue;
            }
            Plane plane = term.Source.Value.Plane;
            term.WeightsAt = _sources.Count;
            for (int i = 0; i < (plane.InnerFloats + 3) / 4 * 4; i++)
                _sources.Add(plane.Number(i) is int n and >= 0 ? term.Weight(n) : WeightSource.Zero);
            term.BiasAt = _sources.Count;
            _sources.AddRange([term.Bias, WeightSource.Zero, WeightSource.Zero, WeightSource.Zero]);
        }
    }

    /// <summary>Whether the plan is for the gradient of the parameters.</summary>
    public bool Trains { get; }

    /// <summary>The states; their gradient has a place of its own.</summary>
    public PlanValue States { get; }

    /// <summary>The directions of the states; null: the plan has no derivatives along them.</summary>
    public PlanValue? Directions { get; }

    /// <summary>The operations, in forward order.</summary>
    public IReadOnlyList<PlanStep> Steps { get; }

    /// <summary>
    /// The operations in groups that follow each other. Those of a group neither wait for each other nor read the same values: operations
    /// on values beside those on tangents. Without tangents each operation is a group.
    /// </summary>
    public IReadOnlyList<IReadOnlyList<PlanStep>> Groups => _groups ??= FindGroups();

    /// <summary>The parts of the energy.</summary>
    public IReadOnlyList<PlanTerm> Terms { get; }

    /// <summary>Where the packed weights come from, in the order in which kernels read them (<see cref="WeightSource"/>).</summary>
    public ReadOnlySpan<int> Sources => CollectionsMarshal.AsSpan(_sources);

    /// <summary>
    /// The weight of each chain's energy, as if it were the gradient of one more value: what a plan for training sums over chains.
    /// </summary>
    public Plane ChainWeights { get; } = new(1, 1, 1) { IsScalar = true };

    /// <summary>The weight of each chain's derivative along its direction, as <see cref="ChainWeights"/>.</summary>
    public Plane DirectionWeights { get; } = new(1, 1, 1) { IsScalar = true };

    /// <summary>
    /// The parameter whose gradient each of a block's sums belongs to, <see cref="WeightSource.Zero"/> for padding. Empty unless the plan
    /// is for training.
    /// </summary>
    public ReadOnlySpan<int> Targets => CollectionsMarshal.AsSpan(_targets);

    /// <summary>All values, the states first, then their directions.</summary>
    public IEnumerable<PlanValue> Values =>
        Steps.SelectMany(s => s.Outputs).Prepend(Directions).OfType<PlanValue>().Prepend(States);

    /// <summary>How often each weight is used for a chain, on average: once in dense layers, at every position in convolutions.</summary>
    public double UsesOfWeight
    {
        get
        {
            LinearJob[] jobs = [.. Steps.OfType<LinearStep>().SelectMany(s => s.Forward).Select(f => f.Job)];
            return jobs.Length == 0 ? 1 : jobs.Sum(j => (double)j.Positions * j.WeightCount) / jobs.Sum(j => (double)j.WeightCount);
        }
    }

    private List<IReadOnlyList<PlanStep>> FindGroups()
    {
        List<IReadOnlyList<PlanStep>> groups = [];
        foreach (PlanStep step in Steps)
        {
            if (Directions is not null && groups.Count > 0 && !groups[^1].SelectMany(Touched).Intersect(Touched(step)).Any())
                groups[^1] = [.. groups[^1], step];
            else
                groups.Add([step]);
        }
        return groups;

        static IEnumerable<PlanValue> Touched(PlanStep step) => step.Reads.Select(use => use.Value).Concat(step.Outputs);
    }

    // Reverse writes the gradient of a value where the value was, beginning with its last reader. An earlier reader still needs the value
    // for the gradient of its weights, or for the slopes and curvatures of its function.
    private void AddWeights()
    {
        States.NeedsGradient = false;
        if (Directions is not null)
            Directions.NeedsGradient = false;
        foreach (PlanStep step in Steps)
        {
            bool needs = step is LinearStep { Weights.Count: > 0 } || step.Reads.Any(use => use.Value.NeedsGradient);
            foreach (PlanValue output in step.Outputs)
                output.NeedsGradient = needs;
        }
        foreach (PlanTerm term in Terms)
        {
            term.ChainWeights = term.Shares is null ? ChainWeights : DirectionWeights;
            if (term.Shares is { } like)
            {
                // The constant is no part of the derivative.
                if (term.Weight(0) >= 0)
                {
                    WeightJob first = like.Weights[0];
                    term.Weights = [first with { Anchor = DirectionWeights, Window = term.Source.Value.Plane, Earlier = first }];
                }
                continue;
            }
            if (term.Weight(0) >= 0)
                term.Weights = [WeightJobs.Dense(term.Source.Value.Plane, ChainWeights, (_, n) => term.Weight(n))];
            if (term.Bias >= 0)
                term.Weights = [.. term.Weights, WeightJobs.Bias(ChainWeights, _ => term.Bias)];
        }
        IEnumerable<PlanUse> ofSteps = Steps.OfType<LinearStep>().Where(s => s.Weights.Count > 0).Select(s => s.Source)
            .Concat(Steps.OfType<TangentStep>().SelectMany(s => s.Reads));
        foreach (PlanUse use in ofSteps.Concat(Terms.Where(t => t.Weights.Count > 0).Select(t => t.Source)))
            use.Value.HasOwnGradient |= use.Value.Uses[^1] != use;
        IEnumerable<WeightJob> jobs = Steps.OfType<LinearStep>().SelectMany(s => s.Weights).Concat(Terms.SelectMany(t => t.Weights));
        foreach (WeightJob job in jobs)
            job.AddTargets(_targets);
    }
}
