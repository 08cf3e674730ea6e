using System.Runtime.InteropServices;

namespace Joule.Gpu.Plans;

/// <summary>A network as a kernel runs it: its operations, and the parts of the energy.</summary>
internal sealed class KernelPlan
{
    private readonly List<int> _sources = [];

    /// <summary>Lays out the weights.</summary>
    /// <param name="states">The states.</param>
    /// <param name="steps">The operations, in forward order.</param>
    /// <param name="terms">The parts of the energy.</param>
    public KernelPlan(PlanValue states, IReadOnlyList<PlanStep> steps, IReadOnlyList<PlanTerm> terms)
    {
        (States, Steps, Terms) = (states, steps, terms);
        foreach (LinearStep step in steps.OfType<LinearStep>())
        {
            foreach (PlacedJob part in step.Forward.Concat(step.Reverse))
                part.Job.WidenSource();
        }
        foreach (PlanValue value in Values.Where(v => !v.HasOwnGradient))
            Plane.Unite(value.Plane, value.Gradient);
        foreach (LinearStep step in steps.OfType<LinearStep>())
        {
            foreach (PlacedJob part in step.Forward.Concat(step.Reverse))
                part.Job.AddWeights(_sources);
            step.BiasAt = _sources.Count;
            Plane output = step.Output.Plane;
            for (int c = 0; c < 4 * output.Quads; c++)
                _sources.Add(c < output.Channels ? step.Bias(c) : WeightSource.Zero);
        }
        foreach (PlanTerm term in terms)
        {
            Plane plane = term.Source.Value.Plane;
            term.WeightsAt = _sources.Count;
            for (int i = 0; i < (plane.InnerFloats + 3) / 4 * 4; i++)
                _sources.Add(plane.Number(i) is int n and >= 0 ? term.Weight(n) : WeightSource.Zero);
            term.BiasAt = _sources.Count;
            _sources.AddRange([term.Bias, WeightSource.Zero, WeightSource.Zero, WeightSource.Zero]);
        }
    }

    /// <summary>The states; their gradient has a place of its own.</summary>
    public PlanValue States { get; }

    /// <summary>The operations, in forward order.</summary>
    public IReadOnlyList<PlanStep> Steps { get; }

    /// <summary>The parts of the energy.</summary>
    public IReadOnlyList<PlanTerm> Terms { get; }

    /// <summary>Where the packed weights come from, in the order in which kernels read them (<see cref="WeightSource"/>).</summary>
    public ReadOnlySpan<int> Sources => CollectionsMarshal.AsSpan(_sources);

    /// <summary>All values, the states first.</summary>
    public IEnumerable<PlanValue> Values => Steps.Select(s => s.Output).Prepend(States);
}
