using Joule.Compute;
using Joule.Gpu.Kernels;
using Joule.Gpu.Plans;
using Joule.Gpu.Ptx;
using Joule.Gpu.Tests.Ptx;
using Xunit;

namespace Joule.Gpu.Tests.Kernels;

/// <summary>Products of matrices and draws of units, in the interpreter, against sums in float64.</summary>
public sealed class MatrixProductTests
{
    private static readonly ProductTile Small = new(8, 8, 8, 4, 4), Warp = new(16, 32, 8, 4, 4), Tensor = new(32, 32, 8, 8, 4);

    private static readonly RandomStream Stream = new(3, RandomPurpose.User, 9);

    public static TheoryData<int, int, int, bool> Shapes => new()
    {
        // rows, terms, columns, whether the tile is that of a warp
        { 1, 1, 4, false },
        { 8, 8, 8, false },
        { 9, 17, 12, false },
        { 5, 30, 20, false },
        { 17, 40, 36, true },
        { 16, 16, 32, true },
    };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Sums_are_those_of_the_matrices(int rows, int terms, int columns, bool isWarp)
    {
        Matrices m = new(rows, terms, columns);
        float[] found = m.Run(isWarp ? Warp : Small, ProductResult.Sums, ProductPrecision.Float32);
        for (int i = 0; i < found.Length; i++)
            Assert.Equal(m.Exact[i], found[i], 1e-6 * (1 + Math.Sqrt(terms)));
    }

    [Theory]
    [MemberData(nameof(Tiles))]
    public void The_tiles_of_a_card_give_the_same_sums(int index)
    {
        Matrices m = new(131, 19, 132);
        float[] found = m.Run(ProductTile.All[index], ProductResult.Sums, ProductPrecision.Float32);
        for (int i = 0; i < found.Length; i++)
            Assert.Equal(m.Exact[i], found[i], 5e-6);
    }

    public static TheoryData<int> Tiles => [.. Enumerable.Range(0, ProductTile.All.Count)];

    [Fact]
    public void Units_are_drawn_as_the_processor_counts()
    {
        Matrices m = new(20, 24, 100);
        float[] found = m.Run(Small, ProductResult.Draws, ProductPrecision.Float32);
        int ones = 0;
        for (int i = 0; i < found.Length; i++)
        {
            double probability = 1 / (1 + Math.Exp(-m.Exact[i])), draw = Stream.Uniform(7 + (uint)(i / 100), i % 100);
            Assert.True(found[i] == (draw < probability ? 1 : 0) || Math.Abs(draw - probability) < 1e-6, $"unit {i}");
            ones += (int)found[i];
        }
        Assert.InRange(ones, 500, 1500);
    }

    [Fact]
    public void Probabilities_are_those_of_the_sums()
    {
        Matrices m = new(3, 10, 8);
        float[] found = m.Run(Small, ProductResult.Probabilities, ProductPrecision.Float32);
        for (int i = 0; i < found.Length; i++)
            Assert.Equal(1 / (1 + Math.Exp(-m.Exact[i])), found[i], 1e-6);
    }

    [Theory]
    [InlineData(40, 30, 44)]
    [InlineData(32, 8, 32)]
    public void Tensor_cores_multiply_rounded_numbers(int rows, int terms, int columns)
    {
        Matrices m = new(rows, terms, columns);
        double[] rounded = m.Of(x => BitConverter.UInt32BitsToSingle(PtxTiles.Round(BitConverter.SingleToUInt32Bits(x))));
        float[] found = m.Run(Tensor, ProductResult.Sums, ProductPrecision.Tf32);
        for (int i = 0; i < found.Length; i++)
            Assert.Equal(rounded[i], found[i], 5e-6);
        Assert.Contains(Enumerable.Range(0, found.Length), i => Math.Abs(found[i] - m.Exact[i]) > 1e-5);
    }

    [Theory]
    [InlineData(40, 30, 44)]
    [InlineData(1, 17, 4)]
    public void Three_products_are_nearly_exact(int rows, int terms, int columns)
    {
        Matrices m = new(rows, terms, columns);
        float[] found = m.Run(Tensor, ProductResult.Sums, ProductPrecision.Tf32x3);
        for (int i = 0; i < found.Length; i++)
            Assert.Equal(m.Exact[i], found[i], 5e-6);
    }

    [Fact]
    public void The_tensor_cores_of_a_card_are_shared_by_all_its_tiles()
    {
        Matrices m = new(5, 9, 12);
        foreach (ProductTile tile in ProductTile.All)
        {
            float[] found = m.Run(tile, ProductResult.Sums, ProductPrecision.Tf32x3);
            for (int i = 0; i < found.Length; i++)
                Assert.Equal(m.Exact[i], found[i], 5e-6);
        }
    }

    [Fact]
    public void Columns_that_are_no_multiple_of_four_are_refused() =>
        Assert.Throws<ArgumentException>(() => MatrixProduct.Write(8, 6, Small, ProductResult.Sums));

    [Fact]
    public void Every_barrier_is_missed_if_it_is_gone()
    {
        foreach (ProductPrecision precision in (ProductPrecision[])[ProductPrecision.Float32, ProductPrecision.Tf32])
        {
            Matrices m = new(16, 24, 32);
            ProductTile tile = precision == ProductPrecision.Float32 ? Warp : Tensor;
            KernelText text = MatrixProduct.Write(24, 32, tile, ProductResult.Sums, precision);
            string[] parts = text.Ptx.Split("\tbar.sync 0;\n");
            for (int gone = 1; gone < parts.Length; gone++)
            {
                string without = string.Join("\tbar.sync 0;\n", parts[..gone]) + string.Join("\tbar.sync 0;\n", parts[gone..]);
                PtxFault fault = Assert.Throws<PtxFault>(() => m.Run(text with { Ptx = without }, tile));
                Assert.Contains("race", fault.Message, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public void A_number_that_was_not_rounded_is_a_fault()
    {
        KernelText text = MatrixProduct.Write(8, 32, Tensor, ProductResult.Sums, ProductPrecision.Tf32);
        int at = text.Ptx.IndexOf("cvt.rna.tf32.f32", StringComparison.Ordinal);
        string planted = text.Ptx.Remove(at, "cvt.rna.tf32.f32".Length).Insert(at, "mov.b32");
        PtxFault fault = Assert.Throws<PtxFault>(() => new Matrices(32, 8, 32).Run(text with { Ptx = planted }, Tensor));
        Assert.Contains("is no tf32 number", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_warp_of_which_only_some_threads_multiply_is_a_fault()
    {
        PtxWriter w = new();
        U32 thread = w.Thread(), zero = w.Constant(0u);
        F32[] sums = [.. w.Float4().Select(_ => w.Constant(0f))];
        w.If(w.Less(thread, 16), () => w.MultiplyTiles(sums, [zero, zero, zero, zero], [zero, zero]));
        PtxFault fault = Assert.Throws<PtxFault>(() => new PtxInterpreter(w.Finish("half_a_warp", 32)).Run(1));
        Assert.Contains("16 of 32 threads", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1f, 1f)]
    [InlineData(1 + 1f / 2048, 1 + 1f / 1024)] // half way: away from zero
    [InlineData(-1 - 1f / 2048, -1 - 1f / 1024)]
    [InlineData(1 + 1f / 2048 - 1f / 8388608, 1f)]
    [InlineData(3.1415927f, 3.140625f)]
    public void Numbers_are_rounded_to_ten_bits(float given, float expected)
    {
        PtxWriter w = new();
        Address to = w.Pointer("to");
        w.StoreGlobal(to, 0, w.RoundToTf32(w.Constant(given)));
        PtxInterpreter gpu = new(w.Finish("round", 1));
        KernelArgument memory = gpu.Global.Allocate<float>(new float[1]);
        gpu.Run(1, memory);
        Assert.Equal(expected, gpu.Global.Read<float>(memory, 1)[0]);
    }

    private sealed class Matrices
    {
        private readonly int _rows, _terms, _columns;
        private readonly float[] _left, _right, _bias;

        public Matrices(int rows, int terms, int columns)
        {
            (_rows, _terms, _columns) = (rows, terms, columns);
            _left = Fill(rows * terms, 1);
            _right = Fill(terms * columns, 2);
            _bias = Fill(columns, 3);
            Exact = Of(x => x);
        }

        public double[] Exact { get; }

        public double[] Of(Func<float, float> round)
        {
            double[] all = new double[_rows * _columns];
            for (int i = 0; i < all.Length; i++)
            {
                all[i] = _bias[i % _columns];
                for (int k = 0; k < _terms; k++)
                    all[i] += (double)round(_left[i / _columns * _terms + k]) * round(_right[k * _columns + i % _columns]);
            }
            return all;
        }

        public float[] Run(ProductTile tile, ProductResult result, ProductPrecision precision) =>
            Run(MatrixProduct.Write(_terms, _columns, tile, result, precision), tile);

        public float[] Run(KernelText text, ProductTile tile)
        {
            PtxInterpreter gpu = new(text);
            KernelArgument target = gpu.Global.Allocate<float>(new float[_rows * _columns]);
            List<KernelArgument> arguments =
            [
                gpu.Global.Allocate<float>(_left), gpu.Global.Allocate<float>(_right), gpu.Global.Allocate<float>(_bias), target,
                (uint)_rows,
            ];
            if (text.Parameters.Count > arguments.Count)
                arguments.AddRange([Stream.Key0, Stream.Key1, Stream.Counter2, Stream.Counter3, 7u]);
            gpu.Run(MatrixProduct.Blocks(_terms, _columns, tile, _rows), [.. arguments]);
            return gpu.Global.Read<float>(target, _rows * _columns);
        }

        private static float[] Fill(int count, uint chain)
        {
            float[] numbers = new float[count];
            new RandomStream(1, RandomPurpose.User, 0).FillNormal(numbers, chain, 0, 0.5f);
            return numbers;
        }
    }
}
