using Joule.Gpu.Plans;
using Joule.Gpu.Ptx;

namespace Joule.Gpu.Kernels;

/// <summary>The gradient of the parameters, for a plan that was made for it (<see cref="KernelPlan.Trains"/>).</summary>
internal sealed partial class NetworkEmitter
{
    // What other threads may still read: writing to it needs a barrier first.
    private bool _planesAreRead, _partialsAreRead;

    /// <summary>
    /// Writes forward and reverse of a block's chains, and adds the sums of the weights' gradients over these chains. A barrier must
    /// precede it, with states and <see cref="StoreWeight"/> written, and another one must follow before shared memory is written again.
    /// </summary>
    /// <param name="sums">The block's sums.</param>
    public void EmitSums(BlockSums sums)
    {
        (_planesAreRead, _partialsAreRead) = (false, false);
        foreach (IReadOnlyList<PlanStep> group in _plan.Groups)
        {
            Forward(group);
            W.Barrier();
        }
        Sum([.. _plan.Terms.SelectMany(t => t.Weights)], _termPartials, sums);
        PlanTerm[] begun = [.. _plan.Terms.Reverse().Where(t => t.Source.Value.NeedsGradient)];
        if (begun.Length > 0)
        {
            Free(planes: true, partials: false);
            foreach (PlanTerm term in begun)
                Begin(term);
            Synchronize();
        }
        foreach (IReadOnlyList<PlanStep> group in _plan.Groups.Reverse())
        {
            // Before the steps' own reverse, which may overwrite what the weights were multiplied with.
            foreach (LinearStep weighted in group.OfType<LinearStep>().Where(s => s.Weights.Count > 0).Reverse())
                Sum(weighted.Weights, _partials[weighted].Reverse, sums);
            PlanStep[] begins = [.. group.Where(step => step.Reads.Any(use => use.Value.NeedsGradient)).Reverse()];
            if (begins.Length == 0)
                continue;
            // A job with parts writes those first, and planes after a barrier of its own.
            bool[] parts = [.. begins.SelectMany(step =>
                step is LinearStep linear ? linear.Reverse.Select(part => Emitter(part).HasParts) : [false])];
            Free(planes: parts.Contains(false), partials: parts.Contains(true));
            Reverse(begins);
            Synchronize();
        }
    }

    // The parts' sums of the steps of a group lie in the same place, one after the other.
    private void Forward(IReadOnlyList<PlanStep> group) => InTurn(
        group, linear => linear.Forward, step => Forward(step, step.Output.NeedsGradient));

    private void Reverse(IReadOnlyList<PlanStep> group) => InTurn(group, linear => linear.Reverse, Reverse);

    private void InTurn(IReadOnlyList<PlanStep> group, Func<LinearStep, IReadOnlyList<PlacedJob>> jobs, Action<PlanStep> write)
    {
        bool partsAreRead = false;
        foreach (PlanStep step in group)
        {
            bool hasParts = step is LinearStep linear && jobs(linear).Any(part => Emitter(part).HasParts);
            if (hasParts && partsAreRead)
                W.Barrier();
            write(step);
            partsAreRead |= hasParts;
        }
    }

    /// <summary>Writes the weight of the energy of the chain that this thread keeps.</summary>
    public void StoreWeight(F32 weight) => W.StoreShared(WeightBase(_plan.ChainWeights, Frame.Thread), _plan.ChainWeights.At, weight);

    /// <summary>Writes the weight of the derivative along its direction of the energy of the chain that this thread keeps.</summary>
    public void StoreDirectionWeight(F32 weight) =>
        W.StoreShared(WeightBase(_plan.DirectionWeights, Frame.Thread), _plan.DirectionWeights.At, weight);

    private U32 WeightBase(Plane weights, U32 chain) => W.SharedBase(chain, weights.Floats * sizeof(float));

    private WeightEmitter Emitter(WeightJob job) => new(job, Frame.Chains, Frame.Threads);

    private int Partials(IEnumerable<WeightJob> jobs) => jobs.Sum(job => Emitter(job).PartialFloats);

    private void Sum(IReadOnlyList<WeightJob> jobs, int partials, BlockSums sums)
    {
        WeightEmitter[] all = [.. jobs.Select(Emitter)];
        bool hasParts = all.Any(job => job.HasParts);
        Free(planes: false, partials: hasParts);
        EachJob((job, at) => job.Emit(W, Frame.Thread, at, sums));
        _planesAreRead = true;
        if (!hasParts)
            return;
        Synchronize();
        EachJob((job, at) =>
        {
            if (job.HasParts)
                job.Finish(W, Frame.Thread, at, sums);
        });
        _partialsAreRead = true;

        void EachJob(Action<WeightEmitter, int> body)
        {
            int at = partials;
            foreach (WeightEmitter job in all)
            {
                body(job, at);
                at += job.PartialFloats * sizeof(float);
            }
        }
    }

    private void Free(bool planes, bool partials)
    {
        if ((planes && _planesAreRead) || (partials && _partialsAreRead))
            Synchronize();
    }

    private void Synchronize()
    {
        W.Barrier();
        (_planesAreRead, _partialsAreRead) = (false, false);
    }

    // The gradient of what a part of the energy reads: its weights, times that of the chain.
    private void Begin(PlanTerm term) => EachCell(term.Source.Value.Plane, (chain, y, x, quad) =>
    {
        Plane plane = term.Source.Value.Plane;
        Plane ofChains = term.ChainWeights ?? throw new InvalidOperationException("The plan is not for training.");
        F32 weight = W.LoadShared(WeightBase(ofChains, chain), ofChains.At);
        F32[] weights = TermWeights(term, Cells.Inner(W, plane, y, x, quad));
        Give(term.Source, chain, y, x, quad, [.. weights.Select(one => W.Multiply(one, weight))]);
    });
}
