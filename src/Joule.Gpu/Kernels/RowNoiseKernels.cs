using Joule.Gpu.Ptx;

namespace Joule.Gpu.Kernels;

/// <summary>Kernels that add noise to rows, with the draws of a processor, bit for bit; a block takes a row.</summary>
internal static class RowNoiseKernels
{
    private const int Group = 64, Lanes = 16; // draws of a group, and blocks of the generator that make them

    /// <summary>
    /// x ← clamp(x + σ·ξ). Parameters: rows; width; σ; the walls; seed and step, low and high words, the latter with the purpose; the chain
    /// of the first row.
    /// </summary>
    /// <param name="threads">Threads of a block.</param>
    public static KernelText AddNoise(int threads)
    {
        PtxWriter w = new();
        Address rows = w.Pointer("rows");
        U32 width = w.WordParameter("width");
        F32 sigma = w.FloatParameter("noise_scale"), low = w.FloatParameter("low"), high = w.FloatParameter("high");
        EachDraw(w, threads, width, (number, draw) =>
        {
            Address at = w.Element(rows, number, 4);
            F32 moved = w.MultiplyAdd(sigma, draw, w.LoadGlobal(at));
            w.StoreGlobal(at, 0, w.Min(w.Max(moved, low), high));
        });
        return w.Finish("rows_add_noise", threads);
    }

    /// <summary>
    /// n ← σᵢ·ξ and y ← x + n. Parameters: rows; σ of each; y; n; width; then as the last ones of <see cref="AddNoise"/>.
    /// </summary>
    /// <param name="threads">Threads of a block.</param>
    public static KernelText Blur(int threads) => Blur(threads, hasWalls: false);

    /// <summary>
    /// As <see cref="Blur(int)"/> with reflection at walls. Parameters: rows; σ of each; y; n; the lower and the upper wall of each column;
    /// width; then as the last ones of <see cref="AddNoise"/>.
    /// </summary>
    /// <param name="threads">Threads of a block.</param>
    public static KernelText BlurInWalls(int threads) => Blur(threads, hasWalls: true);

    private static KernelText Blur(int threads, bool hasWalls)
    {
        PtxWriter w = new();
        Address rows = w.Pointer("rows"), deviations = w.Pointer("deviations"), noisy = w.Pointer("noisy"), added = w.Pointer("added");
        Address? lows = hasWalls ? w.Pointer("low") : null, highs = hasWalls ? w.Pointer("high") : null;
        U32 width = w.WordParameter("width");
        F32 sigma = w.LoadConstant(w.Element(deviations, w.Block(), 4));
        EachDraw(w, threads, width, (number, draw) =>
        {
            F32 noise = w.MultiplyAdd(sigma, draw, 0f), y = w.Add(w.LoadGlobal(w.Element(rows, number, 4)), noise);
            if (lows is { } low && highs is { } high)
            {
                U32 column = w.Subtract(number, w.Multiply(w.Block(), width));
                Reflect(w, w.LoadConstant(w.Element(low, column, 4)), w.LoadConstant(w.Element(high, column, 4)), y, noise);
            }
            w.StoreGlobal(w.Element(noisy, number, 4), 0, y);
            w.StoreGlobal(w.Element(added, number, 4), 0, noise);
        });
        return w.Finish(hasWalls ? "rows_blur_in_walls" : "rows_blur", threads);
    }

    // A body for each number of the block's row, with its index among those of all rows.
    private static void EachDraw(PtxWriter w, int threads, U32 width, Action<U32, F32> body)
    {
        NormalDraws draws = new(w, w.WordParameter("seed_low"), w.WordParameter("seed_high"));
        U32 stepLow = w.WordParameter("step_low"), stepHigh = w.WordParameter("step_high"), row = w.Block();
        U32 chain = w.Add(w.WordParameter("first_chain"), row);
        U32 groups = w.MultiplyAdd(w.Divide(width, Group), Lanes, w.Min(w.Remainder(width, Group), Lanes));
        w.Loop(w.Thread(), (uint)threads, groups, counter =>
        {
            F32[] noise = draws.Normals(counter, chain, stepLow, stepHigh);
            U32 first = w.MultiplyAdd(w.Divide(counter, Lanes), Group, w.Remainder(counter, Lanes));
            for (int n = 0; n < noise.Length; n++)
            {
                int draw = n;
                U32 number = w.Add(first, (uint)(n * Lanes));
                w.If(w.Less(number, width), () => body(w.MultiplyAdd(row, width, number), noise[draw]));
            }
        });
    }

    // As the processor's WallMirror: y inside the walls, and the noise with the other sign if y was mirrored an odd number of times.
    private static void Reflect(PtxWriter w, F32 low, F32 high, F32 y, F32 noise) =>
        w.Unless(w.Both(w.AtLeast(y, low), w.AtLeast(high, y)), () =>
        {
            Condition hasLow = w.IsFinite(low), hasBoth = w.Both(hasLow, w.IsFinite(high));
            Condition isAbove = w.Above(y, high), isBelow = w.Above(low, y);
            F32 turned = w.Negate(noise), fromHigh = w.Subtract(high, w.Subtract(y, high)), fromLow = w.Add(low, w.Subtract(low, y));
            w.Unless(hasBoth, () =>
            {
                F32 mirrored = w.Select(hasLow, w.Select(isBelow, fromLow, y), w.Select(isAbove, fromHigh, y));
                w.Assign(noise, w.Select(hasLow, w.Select(isBelow, turned, noise), w.Select(isAbove, turned, noise)));
                w.Assign(y, mirrored);
            });
            w.If(hasBoth, () =>
            {
                F64 wide = w.Subtract(w.ToDouble(high), w.ToDouble(low)), twice = w.Multiply(wide, 2);
                F64 from = w.Subtract(w.ToDouble(y), w.ToDouble(low)), folds = w.Truncate(w.Divide(from, twice));
                F64 rest = w.MultiplyAdd(w.Multiply(folds, -1), twice, from);
                F64 at = w.Select(w.Less(rest, w.Constant(0.0)), w.Add(rest, twice), rest);
                Condition isFar = w.Less(wide, at);
                F32 mirrored = w.ToSingle(w.Add(w.ToDouble(low), w.Select(isFar, w.Subtract(twice, at), at)));
                w.Assign(noise, w.Select(isFar, turned, noise));
                w.Assign(y, w.Min(w.Max(mirrored, low), high));
            });
        });
}
