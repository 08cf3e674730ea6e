using Joule.Gpu.Plans;
using Joule.Gpu.Ptx;

namespace Joule.Gpu.Kernels;

/// <summary>Brings states from the public order into their plane in global memory, and them or their gradient back.</summary>
internal static class GlobalStates
{
    /// <summary>The kernel, a thread for each number.</summary>
    /// <param name="states">The states' value.</param>
    /// <param name="isBack">Whether it brings them back.</param>
    /// <param name="threads">Threads of a block.</param>
    public static GlobalLaunch Write(PlanValue states, bool isBack, int threads) =>
        Write(isBack ? "states_back" : "states", new GlobalOperand(OperandKind.Values, states), states.Plane, isBack, threads);

    /// <summary>The kernel that brings the gradient of the states to where states are given, a thread for each number.</summary>
    /// <param name="states">The states' value.</param>
    /// <param name="threads">Threads of a block.</param>
    public static GlobalLaunch WriteGradient(PlanValue states, int threads) =>
        Write("states_gradient", new GlobalOperand(OperandKind.Gradient, states), states.Gradient, isBack: true, threads);

    private static GlobalLaunch Write(string name, GlobalOperand numbers, Plane cells, bool isBack, int threads)
    {
        GlobalFrame frame = new(threads);
        frame.Begin();
        PtxWriter w = frame.W;
        Address given = frame.Of(new GlobalOperand(OperandKind.States));
        Address plane = frame.Of(numbers);
        int width = cells.Numbers;
        frame.Each(width, item =>
        {
            U32 chain = w.Divide(item, (uint)width), number = w.Remainder(item, (uint)width);
            Address outside = w.Element(given, item, 4);
            Address inside = w.Element(plane, GlobalCells.Number(w, cells, chain, number), 4);
            w.StoreGlobal(isBack ? outside : inside, 0, w.LoadGlobal(isBack ? inside : outside));
        });
        return frame.FinishEach(name, width);
    }
}
