using Joule.Compute;
using Joule.Gpu.Plans;
using Joule.Gpu.Ptx;

namespace Joule.Gpu.Kernels;

/// <summary>
/// Kernels for the operations of a plan whose values lie in global memory: products for the linear ones, and one thread for a cell of the
/// others.
/// </summary>
/// <param name="cut">Cuts a product: source and columns.</param>
/// <param name="precision">How products multiply.</param>
/// <param name="threads">Threads of the other kernels.</param>
internal sealed partial class GlobalSteps(Func<ProductSource, int, ProductCut> cut, ProductPrecision precision, int threads)
{
    /// <summary>The kernels of an operation.</summary>
    /// <param name="step">The operation.</param>
    /// <param name="withGradient">Whether the slopes of functions are kept.</param>
    public IEnumerable<GlobalLaunch> Forward(PlanStep step, bool withGradient) => step switch
    {
        LinearStep linear => linear.Forward.SelectMany(job => Product(job, new GlobalOperand(OperandKind.Values, linear.Source.Value),
            (frame, cells) => Finish(frame, cells, linear, job, withGradient))),
        PointwiseStep pointwise => [Each("pointwise", step.Output.Plane, cells =>
        {
            PlanValue source = pointwise.Source.Value;
            return (w, chain, y, x, quad) =>
            {
                (F32[] values, F32[] slopes) = Apply(w, pointwise.Function, pointwise.Parameter,
                    cells.Load(OperandKind.Values, source, chain, y, x, quad));
                cells.Store(OperandKind.Values, step.Output, chain, y, x, quad, values);
                if (withGradient)
                    cells.StoreSlopes(step.Output, chain, Cells.Inner(w, step.Output.Plane, y, x, quad), slopes);
            };
        }, Values(pointwise.Source.Value), Values(step.Output), withGradient ? Slopes(step.Output) : null)],
        JoinStep join => [Each("join", step.Output.Plane, cells => (w, chain, y, x, quad) =>
            cells.Store(OperandKind.Values, step.Output, chain, y, x, quad, Cells.Pairs(
                cells.Load(OperandKind.Values, join.First.Value, chain, y, x, quad),
                cells.Load(OperandKind.Values, join.Second.Value, chain, y, x, quad), join.IsProduct ? w.Multiply : w.Add)),
            Values(join.First.Value), Values(join.Second.Value), Values(step.Output))],
        PoolStep pool => [Each("pool", step.Output.Plane, cells => (w, chain, y, x, quad) => Pool(w, cells, pool, chain, y, x, quad),
            Values(pool.Source.Value), Values(step.Output))],
        TangentStep tangent => [ForwardAlong(tangent)],
        _ => throw new InvalidOperationException($"There is no kernel for {step.GetType().Name}."),
    };

    /// <summary>The kernels that take an operation's gradient back to what it reads.</summary>
    public IEnumerable<GlobalLaunch> Reverse(PlanStep step)
    {
        GlobalOperand from = Gradient(step.Output);
        Plane plane = step.Output.Gradient;
        return step switch
        {
            LinearStep linear => linear.Reverse.SelectMany(job => Product(job, from, (frame, cells) =>
                Return(frame, cells, linear.Source, job))),
            PointwiseStep pointwise => [Each("pointwise_back", plane, cells =>
            {
                cells.PrepareGive(pointwise.Source);
                return (w, chain, y, x, quad) => cells.Give(pointwise.Source, chain, y, x, quad, Cells.Pairs(
                    cells.Load(OperandKind.Gradient, step.Output, chain, y, x, quad),
                    cells.LoadSlopes(step.Output, chain, Cells.Inner(w, plane, y, x, quad)), w.Multiply));
            }, from, Slopes(step.Output))],
            JoinStep join => [Each("join_back", plane, cells =>
            {
                cells.PrepareGive(join.Second);
                cells.PrepareGive(join.First);
                return (w, chain, y, x, quad) => Part(w, cells, join, chain, y, x, quad);
            }, from, join.IsProduct ? Values(join.First.Value) : null, join.IsProduct ? Values(join.Second.Value) : null)],
            PoolStep pool => [Each("pool_back", pool.Source.Value.Gradient, cells =>
            {
                cells.PrepareGive(pool.Source);
                return (w, chain, y, x, quad) => Unpool(w, cells, pool, chain, y, x, quad);
            }, from)],
            TangentStep tangent => [ReverseAlong(tangent)],
            _ => throw new InvalidOperationException($"There is no kernel for {step.GetType().Name}."),
        };
    }

    /// <summary>
    /// Adds a part of the energy, and takes its gradient back, a block for each chain.
    /// </summary>
    /// <param name="term">The part.</param>
    /// <param name="isFirst">Whether it is launched first: then it writes the energies, otherwise it adds to them.</param>
    /// <param name="withGradient">Whether the gradient is wanted.</param>
    public GlobalLaunch Term(PlanTerm term, bool isFirst, bool withGradient)
    {
        GlobalFrame frame = new(threads);
        frame.Begin();
        PtxWriter w = frame.W;
        GlobalCells cells = new(frame);
        PlanValue value = term.Source.Value;
        Plane plane = value.Plane;
        frame.Of(Values(value));
        Address weights = frame.Of(new GlobalOperand(OperandKind.Weights, From: term.WeightsAt));
        Address bias = frame.Of(new GlobalOperand(OperandKind.Weights, From: term.BiasAt));
        Address energies = frame.Of(new GlobalOperand(OperandKind.Energies));
        if (withGradient)
            cells.PrepareGive(term.Source);
        ChainSums sums = new(frame.Block, threads);
        w.BeginShared();
        U32 thread = frame.Block.Thread, chain = w.Block();
        F32 sum = w.Constant(0f);
        w.Repeat(thread, (uint)threads, (uint)plane.Cells, item =>
        {
            (_, U32 y, U32 x, U32 quad) = Cells.Of(w, plane, item);
            Address at = w.Element(weights, item, plane.IsScalar ? 4 : 16);
            F32[] weight = plane.IsScalar ? [w.LoadConstant(at)] : w.LoadConstants4(at);
            F32[] numbers = cells.Load(OperandKind.Values, value, chain, y, x, quad);
            for (int c = 0; c < weight.Length; c++)
                w.Accumulate(sum, numbers[c], weight[c]);
            if (withGradient)
                cells.Give(term.Source, chain, y, x, quad, weight);
        });
        sums.Store(w.Constant(0u), thread, sum);
        w.Barrier();
        sums.Gather();
        if (sums.HasLanes)
            w.Barrier();
        frame.Block.ForChains(() =>
        {
            Address at = w.Element(energies, chain, 4);
            F32 energy = w.Add(sums.Sum(), w.LoadConstant(bias));
            w.StoreGlobal(at, 0, isFirst ? energy : w.Add(w.LoadGlobal(at), energy));
        });
        return frame.Finish("term", count => count);
    }

    /// <summary>
    /// Begins reverse in training: the gradient of what a part of the energy reads is its weights, times that of the chain.
    /// </summary>
    public GlobalLaunch Begin(PlanTerm term)
    {
        GlobalOperand ofChains = new(term.Shares is null ? OperandKind.ChainWeights : OperandKind.DirectionWeights);
        GlobalOperand own = new(OperandKind.Weights, From: term.WeightsAt);
        Plane plane = term.Source.Value.Plane;
        return Each("term_begin", plane, cells =>
        {
            cells.PrepareGive(term.Source);
            return (w, chain, y, x, quad) =>
            {
                F32 weight = w.LoadConstant(w.Element(cells.Of(ofChains), chain, sizeof(float)));
                Address at = w.Element(cells.Of(own), Cells.Inner(w, plane, y, x, quad), plane.IsScalar ? 4 : 16);
                F32[] weights = plane.IsScalar ? [w.LoadConstant(at)] : w.LoadConstants4(at);
                cells.Give(term.Source, chain, y, x, quad, [.. weights.Select(one => w.Multiply(one, weight))]);
            };
        }, ofChains, own);
    }

    private static GlobalOperand Values(PlanValue value) => new(OperandKind.Values, value);

    private static GlobalOperand Gradient(PlanValue value) => new(OperandKind.Gradient, value);

    private static GlobalOperand Slopes(PlanValue value) => new(OperandKind.Slopes, value);

    // One kernel, or two if the sums have parts.
    private IEnumerable<GlobalLaunch> Product(PlacedJob placed, GlobalOperand from, Func<GlobalFrame, GlobalCells, RowFinish> finish)
    {
        LinearJob job = placed.Job;
        ProductSource source = ProductSource.Of(job);
        int columns = job.PaddedOutputs;
        ProductCut chosen = cut(source, columns);
        int parts = ProductKernel.Parts(source, chosen);
        GlobalFrame frame = new(chosen.Tile.Threads);
        frame.Begin();
        ProductKernel product = Kernel(frame);
        Address left = frame.Of(from), right = frame.Of(new GlobalOperand(OperandKind.Weights, From: job.WeightsAt));
        Address? partials = parts > 1 ? frame.Of(new GlobalOperand(OperandKind.Partials)) : null;
        RowFinish end = parts > 1 ? (_, _) => (_, _) => { } : finish(frame, new GlobalCells(frame));
        product.Write(left, right, frame.Count, partials, end);
        yield return frame.Finish("product", count => ProductKernel.Blocks(source, columns, chosen, count),
            parts > 1 ? count => (long)parts * count * source.Positions * columns : null);
        if (parts == 1)
            yield break;
        GlobalFrame sum = new(threads);
        sum.Begin();
        Address all = sum.Of(new GlobalOperand(OperandKind.Partials));
        RowFinish last = finish(sum, new GlobalCells(sum));
        Kernel(sum).WriteSum(threads, all, sum.Count, last);
        yield return sum.FinishEach("product_sum", source.Positions * columns / 4);

        ProductKernel Kernel(GlobalFrame of) =>
            new(of.W, source, columns, chosen, ProductSums.Of(precision, of.W, chosen.Tile));
    }

    private GlobalLaunch Each(
        string name, Plane plane, Func<GlobalCells, Action<PtxWriter, U32, U32, U32, U32>> body, params GlobalOperand?[] operands)
    {
        GlobalFrame frame = new(threads);
        frame.Begin();
        foreach (GlobalOperand? operand in operands)
        {
            if (operand is { } used)
                frame.Of(used);
        }
        Action<PtxWriter, U32, U32, U32, U32> cell = body(new GlobalCells(frame));
        frame.Each(plane.Cells, item =>
        {
            (U32 chain, U32 y, U32 x, U32 quad) = Cells.Of(frame.W, plane, item);
            cell(frame.W, chain, y, x, quad);
        });
        return frame.FinishEach(name, plane.Cells);
    }

    private static (F32[] Values, F32[] Slopes) Apply(PtxWriter w, PointwiseFunction? function, float parameter, F32[] x)
    {
        F32[] values = new F32[x.Length], slopes = new F32[x.Length];
        for (int c = 0; c < x.Length; c++)
            (values[c], slopes[c]) = PointwiseEmitter.Emit(w, function, parameter, x[c]);
        return (values, slopes);
    }
}
