using Joule.Gpu.Plans;
using Joule.Gpu.Ptx;

namespace Joule.Gpu.Kernels;

/// <summary>
/// Some numbers of a tile that a thread brings into shared memory: it loads them while the threads still multiply the tile before.
/// </summary>
/// <param name="Load">Loads the numbers of the tile that begins at a term.</param>
/// <param name="Store">Stores them into a stage of shared memory, which begins at a byte.</param>
internal sealed record TilePart(Action<U32> Load, Action<U32> Store);

/// <summary>The two stages of shared memory that the tiles of both factors lie in by turns.</summary>
/// <param name="LeftAt">The byte of the left tile, [term][row].</param>
/// <param name="RightAt">The byte of the right tile, [term][column].</param>
/// <param name="Bytes">Bytes of a stage.</param>
internal readonly record struct ProductStages(int LeftAt, int RightAt, int Bytes)
{
    /// <summary>Takes shared memory, for what comes after the last tile as well.</summary>
    public static ProductStages Take(PtxWriter w, ProductTile tile, ProductSums sums)
    {
        int lines = tile.Depth * sizeof(float), rightAt = (tile.Rows + sums.Padding) * lines;
        int bytes = rightAt + (tile.Columns + sums.Padding) * lines;
        int at = w.TakeShared(Math.Max(2 * bytes / sizeof(float), sums.EndFloats));
        return new ProductStages(at, at + rightAt, bytes);
    }
}

/// <summary>The loop of a product over its tiles.</summary>
internal static class ProductLoop
{
    /// <summary>Writes the loop, where every thread passes.</summary>
    /// <param name="w">The kernel.</param>
    /// <param name="sums">The sums, which have begun.</param>
    /// <param name="stages">The shared memory.</param>
    /// <param name="parts">What the thread brings.</param>
    /// <param name="term">The first term. It is changed.</param>
    /// <param name="depth">Terms of a tile.</param>
    /// <param name="tiles">Number of tiles, the same for all threads. It is changed.</param>
    /// <param name="canBeEmpty">Whether the number of tiles may be 0.</param>
    public static void Write(PtxWriter w, ProductSums sums, ProductStages stages, IReadOnlyList<TilePart> parts, U32 term, int depth,
        U32 tiles, bool canBeEmpty = false)
    {
        Label top = w.NewLabel(), multiply = w.NewLabel(), end = w.NewLabel();
        U32 stage = w.Constant(0u);
        if (canBeEmpty)
            w.JumpIf(w.IsZero(tiles), end);
        Load();
        Store();
        w.Place(top);
        w.Decrease(tiles, 1);
        Condition isLast = w.IsZero(tiles);
        w.JumpIf(isLast, multiply);
        w.Increase(term, (uint)depth);
        Load();
        w.Place(multiply);
        sums.Add(stage, stages.LeftAt, stages.RightAt);
        w.JumpIf(isLast, end);
        w.Assign(stage, w.Subtract(w.Constant((uint)stages.Bytes), stage));
        Store();
        w.Jump(top);
        w.Place(end);

        void Load()
        {
            foreach (TilePart part in parts)
                part.Load(term);
        }

        void Store()
        {
            foreach (TilePart part in parts)
                part.Store(stage);
            w.Barrier();
        }
    }

    /// <summary>Writes a load of numbers that are 0 outside.</summary>
    /// <param name="w">The kernel.</param>
    /// <param name="values">The numbers.</param>
    /// <param name="isInside">Whether the thread's numbers are there; null: they always are.</param>
    /// <param name="load">Loads them.</param>
    public static void Guard(PtxWriter w, IReadOnlyList<F32> values, Condition? isInside, Action load)
    {
        if (isInside is not { } condition)
        {
            load();
            return;
        }
        foreach (F32 value in values)
            w.Assign(value, 0f);
        w.If(condition, load);
    }
}
