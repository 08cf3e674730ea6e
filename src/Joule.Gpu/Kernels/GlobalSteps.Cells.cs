using Joule.Gpu.Plans;
using Joule.Gpu.Ptx;

namespace Joule.Gpu.Kernels;

/// <summary>What is done with the sums of products, and with the cells of other operations.</summary>
internal sealed partial class GlobalSteps
{
    // Four sums of a linear map: the bias, the function, and where the values go.
    private static RowFinish Finish(GlobalFrame frame, GlobalCells cells, LinearStep step, PlacedJob part, bool withGradient)
    {
        PtxWriter w = frame.W;
        PlanValue output = step.Output;
        Address? biases = step.BiasAt < 0 ? null : frame.Of(new GlobalOperand(OperandKind.Weights, From: step.BiasAt));
        frame.Of(Values(output));
        bool hasSlopes = withGradient && output.Function is not null;
        if (hasSlopes)
            frame.Of(Slopes(output));
        return (chain, position) =>
        {
            (U32 y, U32 x) = Cells.Pixel(w, part, position);
            return (quad, sums) =>
            {
                if (biases is { } first)
                    sums = Cells.Pairs(sums, w.LoadConstants4(w.Element(first, quad, 16)), w.Add);
                (F32[] values, F32[] slopes) = Apply(w, output.Function, output.Parameter, sums);
                cells.Store(OperandKind.Values, output, chain, y, x, quad, values);
                if (hasSlopes)
                    cells.StoreSlopes(output, chain, Cells.Inner(w, output.Plane, y, x, quad), slopes);
            };
        };
    }

    // Four sums of a map back to its inputs.
    private static RowFinish Return(GlobalFrame frame, GlobalCells cells, PlanUse use, PlacedJob part)
    {
        PtxWriter w = frame.W;
        Plane to = use.Value.Gradient;
        cells.PrepareGive(use);
        return (chain, position) =>
        {
            if (part.IsTile || (part.IsWhole && to.IsScalar))
                return (quad, sums) => Scatter(w, cells, use, part, chain, position, quad, sums);
            if (!part.IsWhole)
            {
                (U32 y, U32 x) = Cells.Pixel(w, part, position);
                return (quad, sums) => cells.Give(use, chain, y, x, quad, sums);
            }
            return (quad, sums) =>
            {
                U32 pixel = w.Divide(quad, (uint)to.Quads);
                cells.Give(use, chain, w.Divide(pixel, (uint)to.Width), w.Remainder(pixel, (uint)to.Width),
                    w.Remainder(quad, (uint)to.Quads), sums);
            };
        };
    }

    // Outputs 0, 1, … of a position are the pixels of a square of Step × Step, or of the whole plane.
    private static void Scatter(
        PtxWriter w, GlobalCells cells, PlanUse use, PlacedJob part, U32 chain, U32 position, U32 quad, F32[] gradient)
    {
        Plane to = use.Value.Gradient;
        U32 top = w.Divide(position, (uint)part.Job.Columns), left = w.Remainder(position, (uint)part.Job.Columns);
        uint side = (uint)(part.IsTile ? part.Step : to.Width);
        for (int c = 0; c < 4 && c < part.Job.Outputs; c++)
        {
            F32 value = gradient[c];
            U32 output = w.MultiplyAdd(quad, 4, (uint)c);
            U32 row = w.MultiplyAdd(top, (uint)part.Step, w.Divide(output, side));
            U32 column = w.MultiplyAdd(left, (uint)part.Step, w.Remainder(output, side));
            Condition isInside = w.Both(w.Both(w.Less(output, (uint)part.Job.Outputs), w.Less(row, (uint)to.Height)),
                w.Less(column, (uint)to.Width));
            w.If(isInside, () => cells.Give(use, chain, row, column, w.Constant(0u), [value]));
        }
    }

    // The part of each of two values in their sum or product.
    private static void Part(PtxWriter w, GlobalCells cells, JoinStep join, U32 chain, U32 y, U32 x, U32 quad)
    {
        F32[] from = cells.Load(OperandKind.Gradient, join.Output, chain, y, x, quad);
        F32[] Other(PlanUse use) => join.IsProduct
            ? Cells.Pairs(from, cells.Load(OperandKind.Values, use.Value, chain, y, x, quad), w.Multiply) : from;
        cells.Give(join.Second, chain, y, x, quad, Other(join.First));
        cells.Give(join.First, chain, y, x, quad, Other(join.Second));
    }

    private static void Pool(PtxWriter w, GlobalCells cells, PoolStep pool, U32 chain, U32 y, U32 x, U32 quad)
    {
        F32[]? sum = null;
        for (int i = 0; i < pool.Size * pool.Size; i++)
        {
            F32[] next = cells.Load(OperandKind.Values, pool.Source.Value, chain,
                w.MultiplyAdd(y, (uint)pool.Size, (uint)(i / pool.Size)), w.MultiplyAdd(x, (uint)pool.Size, (uint)(i % pool.Size)), quad);
            sum = sum is null ? next : Cells.Pairs(sum, next, w.Add);
        }
        cells.Store(OperandKind.Values, pool.Output, chain, y, x, quad,
            [.. sum!.Select(s => w.Multiply(s, 1f / (pool.Size * pool.Size)))]);
    }

    // Pixels of incomplete squares receive nothing.
    private static void Unpool(PtxWriter w, GlobalCells cells, PoolStep pool, U32 chain, U32 y, U32 x, U32 quad)
    {
        Plane from = pool.Output.Gradient;
        U32 row = w.Divide(y, (uint)pool.Size), column = w.Divide(x, (uint)pool.Size);
        Condition isInside = w.Both(w.Less(row, (uint)from.Height), w.Less(column, (uint)from.Width));
        F32 factor = w.Select(isInside, w.Constant(1f / (pool.Size * pool.Size)), w.Constant(0f));
        F32[] gradient = cells.Load(OperandKind.Gradient, pool.Output, chain, w.Min(row, (uint)(from.Height - 1)),
            w.Min(column, (uint)(from.Width - 1)), quad);
        cells.Give(pool.Source, chain, y, x, quad, [.. gradient.Select(g => w.Multiply(g, factor))]);
    }
}
