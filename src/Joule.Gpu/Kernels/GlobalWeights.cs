using Joule.Gpu.Plans;
using Joule.Gpu.Ptx;

namespace Joule.Gpu.Kernels;

/// <summary>Kernels for the gradient of the parameters of a plan for training whose values lie in global memory.</summary>
/// <param name="plan">The plan.</param>
/// <param name="cut">Cuts the product of a job that has a window.</param>
/// <param name="biasParts">Parts of the sums of a bias.</param>
/// <param name="precision">How products multiply.</param>
/// <param name="threads">Threads of the kernels that are no products.</param>
internal sealed class GlobalWeights(
    KernelPlan plan, Func<WeightProduct, ProductCut> cut, Func<WeightProduct, int> biasParts, ProductPrecision precision, int threads)
{
    private Dictionary<Plane, GlobalOperand>? _operands;

    /// <summary>The launches forward, which keep the slopes that <see cref="Backward"/> needs.</summary>
    /// <param name="steps">Writes the kernels of operations.</param>
    public IReadOnlyList<GlobalLaunch> Forward(GlobalSteps steps) =>
        [.. plan.Steps.SelectMany(step => steps.Forward(step, step.Output.NeedsGradient))];

    /// <summary>
    /// The launches back as far as a gradient of parameters depends on them, and those of that gradient: each operation's comes before its
    /// own reverse, which may write where it reads.
    /// </summary>
    /// <param name="steps">Writes the kernels of operations.</param>
    public IReadOnlyList<GlobalLaunch> Backward(GlobalSteps steps)
    {
        List<GlobalLaunch> all = [.. plan.Terms.SelectMany(term => term.Weights).SelectMany(Sums)];
        all.AddRange(plan.Terms.Reverse().Where(term => term.Source.Value.NeedsGradient).Select(steps.Begin));
        foreach (PlanStep step in plan.Steps.Reverse())
        {
            if (step is LinearStep linear)
                all.AddRange(linear.Weights.SelectMany(Sums));
            if (step.Reads.Any(use => use.Value.NeedsGradient))
                all.AddRange(steps.Reverse(step));
        }
        return all;
    }

    // One kernel, or two if the sums have parts.
    private IEnumerable<GlobalLaunch> Sums(WeightJob job)
    {
        // The weights of chains are no plane of the memory: they follow each other.
        bool isOfChains = job.Anchor == plan.ChainWeights || job.Anchor == plan.DirectionWeights;
        WeightProduct product = new(job, isOfChains ? 1 : job.Anchor.Floats);
        return job.Window is null ? Bias(product) : Weights(product);
    }

    private IEnumerable<GlobalLaunch> Weights(WeightProduct product)
    {
        ProductCut chosen = cut(product);
        return Both("weights", product, chosen.Parts, chosen.Tile.Threads, (frame, finish) =>
        {
            Address anchor = frame.Of(Operand(product.Job.Anchor)), window = frame.Of(Operand(product.Job.Window!));
            new WeightProductKernel(frame.W, product, chosen, ProductSums.Of(precision, frame.W, chosen.Tile))
                .Write(anchor, window, frame.Count, finish);
            return WeightProductKernel.Blocks(product, chosen);
        });
    }

    private IEnumerable<GlobalLaunch> Bias(WeightProduct product)
    {
        int parts = biasParts(product);
        return Both("bias", product, parts, threads, (frame, finish) =>
        {
            BiasSumKernel kernel = new(product, parts, threads);
            kernel.Write(frame.W, frame.Of(Operand(product.Job.Anchor)), frame.Count, finish);
            return kernel.Blocks;
        });
    }

    private IEnumerable<GlobalLaunch> Both(string name, WeightProduct product, int parts, int threadsOfSums,
        Func<GlobalFrame, Action<U32, U32, U32, F32[]>, int> write)
    {
        GlobalFrame frame = new(threadsOfSums);
        frame.Begin();
        PtxWriter w = frame.W;
        // Layers of one shape have the same kernels: which parameters are theirs is no part of the text.
        GlobalOperand parameters = new(OperandKind.ParameterGradient, From: product.Parameters.First);
        Address to = frame.Of(parts > 1 ? new GlobalOperand(OperandKind.Partials) : parameters);
        int blocks = write(frame, (row, part, quad, sums) =>
        {
            if (parts > 1)
                w.StoreGlobal4(w.Element(to, WeightPlaces.Partial(w, product, part, row, quad), 16), 0, sums);
            else
                WeightPlaces.Add(w, product, to, row, quad, sums);
        });
        long floats = (long)product.Rows * product.Columns;
        yield return frame.Finish(name, _ => blocks, parts > 1 ? _ => parts * floats : null);
        if (parts == 1)
            yield break;
        GlobalFrame sum = new(threads);
        sum.Begin();
        Address partials = sum.Of(new GlobalOperand(OperandKind.Partials));
        Address gradient = sum.Of(parameters);
        U32 item = sum.W.MultiplyAdd(sum.W.Block(), (uint)threads, sum.Block.Thread);
        sum.W.If(sum.W.Less(item, (uint)(floats / 4)), () => WeightPlaces.WriteSum(sum.W, product, parts, item, partials, gradient));
        yield return sum.Finish($"{name}_sum", _ => (int)((floats / 4 + threads - 1) / threads), _ => parts * floats);
    }

    private GlobalOperand Operand(Plane plane)
    {
        _operands ??= plan.Values.SelectMany(value => (KeyValuePair<Plane, GlobalOperand>[])
        [
            new(value.Plane, new GlobalOperand(OperandKind.Values, value)),
            new(value.Gradient, new GlobalOperand(OperandKind.Gradient, value)),
        ]).Append(new(plan.ChainWeights, new GlobalOperand(OperandKind.ChainWeights)))
            .Append(new(plan.DirectionWeights, new GlobalOperand(OperandKind.DirectionWeights))).ToDictionary();
        return _operands[plane];
    }
}
