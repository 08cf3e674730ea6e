using Joule.Gpu.Plans;
using Joule.Gpu.Ptx;

namespace Joule.Gpu.Kernels;

/// <summary>The operations, forward and back.</summary>
internal sealed partial class NetworkEmitter
{
    private void Forward(PlanStep step, bool withGradient)
    {
        switch (step)
        {
            case LinearStep linear:
                Run(linear.Forward, _partials[linear].Forward,
                    (part, job, item, sums) => Finish(linear, part, job, item, sums, withGradient));
                break;
            case PointwiseStep pointwise:
                EachCell(step.Output.Plane, (chain, y, x, quad) =>
                {
                    (F32[] values, F32[] slopes) = Apply(pointwise.Function, pointwise.Parameter,
                        Load(pointwise.Source.Value.Plane, chain, y, x, quad));
                    Store(step.Output.Plane, chain, y, x, quad, values);
                    if (withGradient)
                        StoreSlopes(step.Output, chain, Cells.Inner(W, step.Output.Plane, y, x, quad), slopes);
                });
                break;
            case JoinStep join:
                EachCell(step.Output.Plane, (chain, y, x, quad) => Store(step.Output.Plane, chain, y, x, quad, Cells.Pairs(
                    Load(join.First.Value.Plane, chain, y, x, quad), Load(join.Second.Value.Plane, chain, y, x, quad),
                    join.IsProduct ? W.Multiply : W.Add)));
                break;
            case TangentStep tangent:
                ForwardAlong(tangent);
                break;
            case PoolStep pool:
                EachCell(step.Output.Plane, (chain, y, x, quad) => Pool(pool, chain, y, x, quad));
                break;
            default:
                throw new InvalidOperationException($"There is no kernel for {step.GetType().Name}.");
        }
    }

    private void Reverse(PlanStep step)
    {
        Plane gradient = step.Output.Gradient;
        switch (step)
        {
            case LinearStep linear:
                Run(linear.Reverse, _partials[linear].Reverse, (part, job, item, sums) => Return(linear.Source, part, job, item, sums));
                break;
            case PointwiseStep pointwise:
                EachCell(gradient, (chain, y, x, quad) => Give(pointwise.Source, chain, y, x, quad, Cells.Pairs(
                    Load(gradient, chain, y, x, quad), LoadSlopes(step.Output, chain, Cells.Inner(W, gradient, y, x, quad)), W.Multiply)));
                break;
            case JoinStep join:
                EachCell(gradient, (chain, y, x, quad) =>
                {
                    F32[] from = Load(gradient, chain, y, x, quad);
                    F32[] Other(PlanUse use) =>
                        join.IsProduct ? Cells.Pairs(from, Load(use.Value.Plane, chain, y, x, quad), W.Multiply) : from;
                    Give(join.Second, chain, y, x, quad, Other(join.First));
                    Give(join.First, chain, y, x, quad, Other(join.Second));
                });
                break;
            case TangentStep tangent:
                ReverseAlong(tangent);
                break;
            case PoolStep pool:
                EachCell(pool.Source.Value.Gradient, (chain, y, x, quad) => Unpool(pool, chain, y, x, quad));
                break;
        }
    }

    private void EachCell(Plane plane, Action<U32, U32, U32, U32> body) => Frame.Spread(Frame.Chains * plane.Cells, item =>
    {
        (U32 chain, U32 y, U32 x, U32 quad) = Cells.Of(W, plane, item);
        body(chain, y, x, quad);
    });

    private F32[] Load(Plane plane, U32 chain, U32 y, U32 x, U32 quad) => Cells.Load(W, plane, Cells.Base(W, plane, chain, y, x, quad));

    private void Store(Plane plane, U32 chain, U32 y, U32 x, U32 quad, F32[] values) =>
        Cells.Store(W, plane, Cells.Base(W, plane, chain, y, x, quad), Filled(values));

    private (F32[] Values, F32[] Slopes) Apply(Joule.Compute.PointwiseFunction? function, float parameter, F32[] x)
    {
        F32[] values = new F32[x.Length], slopes = new F32[x.Length];
        for (int c = 0; c < x.Length; c++)
            (values[c], slopes[c]) = PointwiseEmitter.Emit(W, function, parameter, x[c]);
        return (values, slopes);
    }

    // Four sums of a linear map: the bias, the function, and where the values go; or at once the term of the energy and its gradient.
    private void Finish(LinearStep step, PlacedJob part, JobEmitter job, U32 item, F32[] sums, bool withGradient)
    {
        Plane plane = step.Output.Plane;
        U32 quad = W.Remainder(item, (uint)job.Quads), row = W.Divide(item, (uint)job.Quads);
        U32 chain = W.Divide(row, (uint)part.Job.Positions), position = W.Remainder(row, (uint)part.Job.Positions);
        (U32 y, U32 x) = Cells.Pixel(W, part, position);
        U32 inner = Cells.Inner(W, plane, y, x, quad);
        if (step.BiasAt >= 0)
            sums = Cells.Pairs(sums, W.LoadConstants4(W.Element(Frame.After(_weights, step.BiasAt), quad, 16)), W.Add);
        (F32[] values, F32[] slopes) = Apply(step.Output.Function, step.Output.Parameter, sums);
        if (Fused(step.Output) is { } term)
        {
            F32[] weights = TermPart(term, chain, inner, values);
            if (withGradient)
                Store(step.Output.Gradient, chain, y, x, quad, Cells.Pairs(slopes, weights, W.Multiply));
            return;
        }
        Store(plane, chain, y, x, quad, values);
        if (withGradient && step.Output.Function is not null)
            StoreSlopes(step.Output, chain, inner, slopes);
    }

    // A cell's part of a term. Returns the weights.
    private F32[] TermPart(PlanTerm term, U32 chain, U32 inner, F32[] values)
    {
        F32[] weights = TermWeights(term, inner);
        F32 sum = W.Constant(0f);
        for (int c = 0; c < weights.Length; c++)
            W.Accumulate(sum, values[c], weights[c]);
        _sums.Store(chain, inner, sum, _firstPart[term]);
        return weights;
    }

    private F32[] TermWeights(PlanTerm term, U32 inner)
    {
        bool isScalar = term.Source.Value.Plane.IsScalar;
        Address at = W.Element(Frame.After(_weights, term.WeightsAt), inner, isScalar ? 4 : 16);
        return isScalar ? [W.LoadConstant(at)] : W.LoadConstants4(at);
    }

    private void Add(PlanTerm term, bool withGradient)
    {
        Plane plane = term.Source.Value.Plane;
        EachCell(plane, (chain, y, x, quad) =>
        {
            F32[] weights = TermPart(term, chain, Cells.Inner(W, plane, y, x, quad), Load(plane, chain, y, x, quad));
            if (withGradient)
                Give(term.Source, chain, y, x, quad, weights);
        });
    }

    // Four sums of a map back to its inputs.
    private void Return(PlanUse use, PlacedJob part, JobEmitter job, U32 item, F32[] gradient)
    {
        Plane to = use.Value.Gradient;
        U32 quad = W.Remainder(item, (uint)job.Quads), row = W.Divide(item, (uint)job.Quads);
        U32 chain = W.Divide(row, (uint)part.Job.Positions), position = W.Remainder(row, (uint)part.Job.Positions);
        if (part.IsTile || (part.IsWhole && to.IsScalar))
        {
            Scatter(use, part, chain, position, quad, gradient);
            return;
        }
        if (!part.IsWhole)
        {
            (U32 y, U32 x) = Cells.Pixel(W, part, position);
            Give(use, chain, y, x, quad, gradient);
            return;
        }
        U32 pixel = W.Divide(quad, (uint)to.Quads);
        Give(use, chain, W.Divide(pixel, (uint)to.Width), W.Remainder(pixel, (uint)to.Width), W.Remainder(quad, (uint)to.Quads), gradient);
    }

    // Outputs 0, 1, … of a position are the pixels of a square of Step × Step, or of the whole plane.
    private void Scatter(PlanUse use, PlacedJob part, U32 chain, U32 position, U32 quad, F32[] gradient)
    {
        Plane to = use.Value.Gradient;
        U32 top = W.Divide(position, (uint)part.Job.Columns), left = W.Remainder(position, (uint)part.Job.Columns);
        uint side = (uint)(part.IsTile ? part.Step : to.Width);
        for (int c = 0; c < 4 && c < part.Job.Outputs; c++)
        {
            F32 value = gradient[c];
            U32 output = W.MultiplyAdd(quad, 4, (uint)c);
            U32 row = W.MultiplyAdd(top, (uint)part.Step, W.Divide(output, side));
            U32 column = W.MultiplyAdd(left, (uint)part.Step, W.Remainder(output, side));
            Condition isInside = W.Both(W.Both(W.Less(output, (uint)part.Job.Outputs), W.Less(row, (uint)to.Height)),
                W.Less(column, (uint)to.Width));
            W.If(isInside, () => Give(use, chain, row, column, W.Constant(0u), [value]));
        }
    }

    private void Pool(PoolStep pool, U32 chain, U32 y, U32 x, U32 quad)
    {
        Plane source = pool.Source.Value.Plane;
        F32[]? sum = null;
        for (int i = 0; i < pool.Size * pool.Size; i++)
        {
            F32[] next = Load(source, chain, W.MultiplyAdd(y, (uint)pool.Size, (uint)(i / pool.Size)),
                W.MultiplyAdd(x, (uint)pool.Size, (uint)(i % pool.Size)), quad);
            sum = sum is null ? next : Cells.Pairs(sum, next, W.Add);
        }
        Store(pool.Output.Plane, chain, y, x, quad, [.. sum!.Select(s => W.Multiply(s, 1f / (pool.Size * pool.Size)))]);
    }

    // Pixels of incomplete squares receive nothing.
    private void Unpool(PoolStep pool, U32 chain, U32 y, U32 x, U32 quad)
    {
        Plane from = pool.Output.Gradient;
        U32 row = W.Divide(y, (uint)pool.Size), column = W.Divide(x, (uint)pool.Size);
        Condition isInside = W.Both(W.Less(row, (uint)from.Height), W.Less(column, (uint)from.Width));
        F32 factor = W.Select(isInside, W.Constant(1f / (pool.Size * pool.Size)), W.Constant(0f));
        F32[] gradient = Load(from, chain, W.Min(row, (uint)(from.Height - 1)), W.Min(column, (uint)(from.Width - 1)), quad);
        Give(pool.Source, chain, y, x, quad, [.. gradient.Select(g => W.Multiply(g, factor))]);
    }
}
