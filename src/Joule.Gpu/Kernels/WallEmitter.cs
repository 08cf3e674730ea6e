using Joule.Gpu.Ptx;

namespace Joule.Gpu.Kernels;

/// <summary>How the walls of a domain reflect.</summary>
internal enum WallKind
{
    /// <summary>There are none.</summary>
    None,

    /// <summary>There is one.</summary>
    Single,

    /// <summary>There are two.</summary>
    Box,
}

/// <summary>Reflects a position at the walls of its domain, and turns its momentum.</summary>
internal static class WallEmitter
{
    /// <summary>The position inside the walls, and the momentum that it has there.</summary>
    /// <param name="w">The kernel.</param>
    /// <param name="walls">The walls.</param>
    /// <param name="low">The lower wall.</param>
    /// <param name="high">The upper wall.</param>
    /// <param name="q">The position.</param>
    /// <param name="p">The momentum.</param>
    // As the processor's LeapfrogKernels.BoxWalls.
    public static (F32 Position, F32 Momentum) Reflect(PtxWriter w, WallKind walls, F32 low, F32 high, F32 q, F32 p)
    {
        if (walls == WallKind.None)
            return (q, p);
        Condition isInside = w.Both(w.AtLeast(q, low), w.AtLeast(high, q));
        if (walls == WallKind.Single)
        {
            F32 wall = w.Select(w.Above(low, q), low, high);
            return (w.Select(isInside, q, w.Subtract(wall, w.Subtract(q, wall))), w.Select(isInside, p, w.Negate(p)));
        }
        F32 from = w.Subtract(q, low), width = w.Subtract(high, low);
        F32 folds = w.Floor(w.Divide(from, width)), halves = w.Multiply(folds, 0.5f);
        Condition isOdd = w.Above(halves, w.Floor(halves));
        F32 rest = w.Subtract(from, w.Multiply(folds, width));
        F32 folded = w.Min(w.Max(w.Select(isOdd, w.Subtract(high, rest), w.Add(low, rest)), low), high);
        return (w.Select(isInside, q, folded), w.Select(isInside, p, w.Select(isOdd, w.Negate(p), p)));
    }
}
