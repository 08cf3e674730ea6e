using Joule.Gpu.Plans;
using Joule.Gpu.Ptx;

namespace Joule.Gpu.Kernels;

/// <summary>What becomes of the sums of a <see cref="MatrixProduct"/>.</summary>
internal enum ProductResult
{
    /// <summary>A·B + b.</summary>
    Sums,

    /// <summary>σ(A·B + b).</summary>
    Probabilities,

    /// <summary>
    /// 1 with the probability σ(A·B + b), else 0: whether draw j of chain i, uniform on [0, 1), is below the probability of (i, j), as the
    /// units of a Boltzmann machine are drawn given the others.
    /// </summary>
    Draws,
}

/// <summary>
/// The product of two matrices, A [rows, terms] and B [terms, columns], with a bias b [columns]. Parameters: A, B, b, the result [rows,
/// columns], and the number of rows; for draws also the seed, the step and the first chain, as <see cref="ChainKernel"/>.
/// </summary>
internal static class MatrixProduct
{
    private const float Log2OfE = 1.44269504f;

    /// <summary>Writes the kernel.</summary>
    /// <param name="terms">Terms of a sum.</param>
    /// <param name="columns">Columns, a multiple of four: a matrix with fewer has more zeros in each row.</param>
    /// <param name="tile">The tile.</param>
    /// <param name="result">What becomes of the sums.</param>
    /// <param name="precision">How numbers are multiplied.</param>
    public static KernelText Write(
        int terms, int columns, ProductTile tile, ProductResult result, ProductPrecision precision = ProductPrecision.Float32)
    {
        PtxWriter w = new();
        Address left = w.Pointer("left"), right = w.Pointer("right"), bias = w.Pointer("bias"), target = w.Pointer("target");
        U32 rows = w.WordParameter("rows");
        Func<U32, U32, U32>? bits = result == ProductResult.Draws ? Bits(w) : null;
        ProductCut cut = new(tile, 1);
        ProductKernel product = new(w, ProductSource.Matrix(terms), columns, cut, ProductSums.Of(precision, w, tile));
        product.Write(left, right, rows, null, (row, _) => (quad, sums) =>
        {
            F32[] shift = w.LoadConstants4(w.Element(bias, quad, 16)), values = new F32[4];
            for (int c = 0; c < 4; c++)
            {
                values[c] = w.Add(sums[c], shift[c]);
                if (result == ProductResult.Sums)
                    continue;
                F32 probability = w.Reciprocal(w.Add(w.Exp2(w.Multiply(values[c], -Log2OfE)), 1f));
                values[c] = bits is null ? probability : w.Select(
                    w.Below(Uniform(w, bits(row, w.MultiplyAdd(quad, 4, (uint)c))), probability), w.Constant(1f), w.Constant(0f));
            }
            w.StoreGlobal4(w.Element(target, w.MultiplyAdd(row, (uint)(columns / 4), quad), 16), 0, values);
        });
        return w.Finish($"product_{result}_{precision}".ToLowerInvariant(), tile.Threads);
    }

    /// <summary>Blocks of a launch.</summary>
    public static int Blocks(int terms, int columns, ProductTile tile, int rows) =>
        ProductKernel.Blocks(ProductSource.Matrix(terms), columns, new ProductCut(tile, 1), rows);

    // Word (j mod 64) / 16 of the generator's block (j / 64) · 16 + j mod 16: draw j of a chain.
    private static Func<U32, U32, U32> Bits(PtxWriter w)
    {
        NormalDraws draws = new(w, w.WordParameter("seed_low"), w.WordParameter("seed_high"));
        U32 stepLow = w.WordParameter("step_low"), stepHigh = w.WordParameter("step_high"), firstChain = w.WordParameter("first_chain");
        return (row, index) =>
        {
            U32 counter = w.MultiplyAdd(w.ShiftRight(index, 6), 16, w.And(index, 15)), word = w.And(w.ShiftRight(index, 4), 3);
            U32[] words = draws.Words(counter, w.Add(row, firstChain), stepLow, stepHigh);
            U32 low = w.Select(w.IsZero(word), words[0], words[1]), high = w.Select(w.Less(word, 3), words[2], words[3]);
            return w.Select(w.Less(word, 2), low, high);
        };
    }

    // As Philox.ToUniform: the upper 24 bits.
    private static F32 Uniform(PtxWriter w, U32 bits) => w.Multiply(w.FromUnsigned(w.ShiftRight(bits, 8)), 1f / 16777216f);
}
