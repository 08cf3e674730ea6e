using Joule.Gpu.Plans;
using Joule.Gpu.Ptx;

namespace Joule.Gpu.Kernels;

/// <summary>Cells of planes in global memory; <see cref="Cells"/> is about those in shared memory.</summary>
/// <param name="frame">The kernel.</param>
internal sealed class GlobalCells(GlobalFrame frame)
{
    private PtxWriter W => frame.W;

    /// <summary>The address of an operand that the kernel has already.</summary>
    public Address Of(GlobalOperand operand) => frame.Of(operand);

    /// <summary>Makes parameters of what <see cref="Give"/> of a reader needs, before any branch.</summary>
    public void PrepareGive(PlanUse use)
    {
        if (!use.Value.NeedsGradient)
            return;
        frame.Of(new GlobalOperand(OperandKind.Gradient, use.Value));
        if (use.Completes)
            frame.Of(new GlobalOperand(OperandKind.Slopes, use.Value));
    }

    /// <summary>The float of a number of a plane, in the public order, counted from the first chain's plane.</summary>
    public static U32 Number(PtxWriter w, Plane plane, U32 chain, U32 number)
    {
        if (plane.Pixels == 1)
            return w.Add(w.MultiplyAdd(chain, (uint)plane.Floats, (uint)plane.Pixel(0, 0)), number);
        U32 channel = w.Divide(number, (uint)plane.Pixels), pixel = w.Remainder(number, (uint)plane.Pixels);
        U32 row = w.Divide(pixel, (uint)plane.Width), column = w.Remainder(pixel, (uint)plane.Width);
        return w.Add(At(w, plane, chain, row, column), channel);
    }

    /// <summary>The numbers of a cell: four, or one.</summary>
    public F32[] Load(OperandKind kind, PlanValue value, U32 chain, U32 y, U32 x, U32 quad) =>
        Load(value.Plane, Cell(kind, value, chain, y, x, quad));

    /// <summary>Writes a cell: four numbers, or one; of one, a plane with four to a cell takes zeros for the others.</summary>
    public void Store(OperandKind kind, PlanValue value, U32 chain, U32 y, U32 x, U32 quad, F32[] numbers) =>
        Store(value.Plane, Cell(kind, value, chain, y, x, quad), numbers);

    /// <summary>The slopes of a cell.</summary>
    /// <param name="value">The value.</param>
    /// <param name="chain">The chain.</param>
    /// <param name="inner">The cell (<see cref="Cells.Inner"/>).</param>
    public F32[] LoadSlopes(PlanValue value, U32 chain, U32 inner) => Load(value.Plane, Slopes(value, chain, inner));

    /// <summary>Writes the slopes of a cell.</summary>
    public void StoreSlopes(PlanValue value, U32 chain, U32 inner, F32[] slopes) => Store(value.Plane, Slopes(value, chain, inner), slopes);

    /// <summary>Writes a reader's part in the gradient of a cell of what it reads, if that gradient is wanted.</summary>
    public void Give(PlanUse use, U32 chain, U32 y, U32 x, U32 quad, F32[] gradient)
    {
        if (!use.Value.NeedsGradient)
            return;
        Plane plane = use.Value.Gradient;
        Address at = Cell(OperandKind.Gradient, use.Value, chain, y, x, quad);
        if (use.Adds)
            gradient = Cells.Pairs(gradient, Load(plane, at), W.Add);
        if (use.Completes)
            gradient = Cells.Pairs(gradient, LoadSlopes(use.Value, chain, Cells.Inner(W, plane, y, x, quad)), W.Multiply);
        Store(plane, at, gradient);
    }

    private static U32 At(PtxWriter w, Plane plane, U32 chain, U32 y, U32 x) => w.MultiplyAdd(y, (uint)plane.RowFloats,
        w.MultiplyAdd(x, (uint)plane.PixelFloats, w.MultiplyAdd(chain, (uint)plane.Floats, (uint)plane.Pixel(0, 0))));

    private Address Cell(OperandKind kind, PlanValue value, U32 chain, U32 y, U32 x, U32 quad)
    {
        Plane plane = kind == OperandKind.Gradient ? value.Gradient : value.Plane;
        U32 at = At(W, plane, chain, y, x);
        return W.Element(frame.Of(new GlobalOperand(kind, value)), plane.IsScalar ? at : W.MultiplyAdd(quad, 4, at), sizeof(float));
    }

    private Address Slopes(PlanValue value, U32 chain, U32 inner) => W.Element(
        frame.Of(new GlobalOperand(OperandKind.Slopes, value)), W.MultiplyAdd(chain, (uint)value.Plane.Cells, inner),
        value.Plane.IsScalar ? 4 : 16);

    private F32[] Load(Plane plane, Address at) => plane.IsScalar ? [W.LoadGlobal(at)] : W.LoadGlobal4(at);

    private void Store(Plane plane, Address at, F32[] numbers)
    {
        if (plane.IsScalar)
        {
            W.StoreGlobal(at, 0, numbers[0]);
            return;
        }
        F32 zero = numbers.Length == 4 ? default : W.Constant(0f);
        W.StoreGlobal4(at, 0, numbers.Length == 4 ? numbers : [numbers[0], zero, zero, zero]);
    }
}
