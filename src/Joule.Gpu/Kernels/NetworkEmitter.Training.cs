using Joule.Gpu.Plans;
using Joule.Gpu.Ptx;

namespace Joule.Gpu.Kernels;

/// <summary>The gradient of the parameters, for a plan that was made for it (<see cref="KernelPlan.Trains"/>).</summary>
internal sealed partial class NetworkEmitter
{
    /// <summary>
    /// Writes forward and reverse of a block's chains, and adds the sums of the weights' gradients over these chains. A barrier must precede
    /// it, with states and <see cref="StoreWeight"/> written; it ends with one.
    /// </summary>
    /// <param name="sums">The block's sums.</param>
    public void EmitSums(BlockSums sums)
    {
        foreach (PlanStep step in _plan.Steps)
        {
            Forward(step, step.Output.NeedsGradient);
            W.Barrier();
        }
        Sum([.. _plan.Terms.SelectMany(t => t.Weights)], _termPartials, sums);
        foreach (PlanTerm term in _plan.Terms.Reverse().Where(t => t.Source.Value.NeedsGradient))
            Begin(term);
        W.Barrier();
        foreach (PlanStep step in _plan.Steps.Reverse())
        {
            // Before the step's own reverse, which may overwrite what the weights were multiplied with.
            if (step is LinearStep { Weights.Count: > 0 } linear)
                Sum(linear.Weights, _partials[linear].Reverse, sums);
            if (!step.Reads.Any(use => use.Value.NeedsGradient))
                continue;
            Reverse(step);
            W.Barrier();
        }
    }

    /// <summary>Writes the weight of the energy of the chain that this thread keeps.</summary>
    public void StoreWeight(F32 weight) => W.StoreShared(WeightBase(Frame.Thread), _plan.ChainWeights.At, weight);

    private U32 WeightBase(U32 chain) => W.SharedBase(chain, _plan.ChainWeights.Floats * sizeof(float));

    private WeightEmitter Emitter(WeightJob job) => new(job, Frame.Chains, Frame.Threads);

    private int Partials(IEnumerable<WeightJob> jobs) => jobs.Sum(job => Emitter(job).PartialFloats);

    // It ends with a barrier: what the jobs read may be overwritten.
    private void Sum(IReadOnlyList<WeightJob> jobs, int partials, BlockSums sums)
    {
        int at = partials;
        foreach (WeightJob job in jobs)
        {
            Emitter(job).Emit(W, Frame.Thread, at, sums);
            at += Emitter(job).PartialFloats * sizeof(float);
        }
        W.Barrier();
        if (!jobs.Any(job => Emitter(job).HasParts))
            return;
        at = partials;
        foreach (WeightJob job in jobs)
        {
            if (Emitter(job).HasParts)
                Emitter(job).Finish(W, Frame.Thread, at, sums);
            at += Emitter(job).PartialFloats * sizeof(float);
        }
        W.Barrier();
    }

    // The gradient of what a part of the energy reads: its weights, times that of the chain.
    private void Begin(PlanTerm term) => EachCell(term.Source.Value.Plane, (chain, y, x, quad) =>
    {
        Plane plane = term.Source.Value.Plane;
        F32 weight = W.LoadShared(WeightBase(chain), _plan.ChainWeights.At);
        F32[] weights = TermWeights(term, Cells.Inner(W, plane, y, x, quad));
        Give(term.Source, chain, y, x, quad, [.. weights.Select(one => W.Multiply(one, weight))]);
    });
}
