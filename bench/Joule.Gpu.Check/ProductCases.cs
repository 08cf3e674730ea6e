using System.Diagnostics;
using Joule.Compute;
using Joule.Gpu.Driver;
using Joule.Gpu.Kernels;
using Joule.Gpu.Plans;
using Joule.Gpu.Ptx;

namespace Joule.Gpu.Check;

/// <summary>Products of matrices and draws of units: right, and how fast with each tile and precision.</summary>
internal static class ProductCases
{
    private const int Rows = 259, Terms = 131, Columns = 260;
    private const uint FirstChain = 7;

    private static readonly int[] Sides = [1024, 4096];

    private static readonly RandomStream Draws = new(3, RandomPurpose.User, 9);

    public static void Run(Report report)
    {
        GpuContext context = new();
        using CudaEngine engine = new(context, new KernelCache(KernelCache.DefaultFolder, new CudaLinker(context)));
        foreach (ProductPrecision precision in Enum.GetValues<ProductPrecision>())
        {
            foreach (ProductTile tile in ProductTile.All)
                Try(report, $"product, {Of(precision, tile)}", () => Verify(engine, report, precision, tile));
        }
        Try(report, "draws of units", () => VerifyDraws(engine, report));
    }

    /// <summary>Which tile is best for each precision.</summary>
    public static void Explore(Report report)
    {
        GpuContext context = new();
        using CudaEngine engine = new(context, new KernelCache(KernelCache.DefaultFolder, new CudaLinker(context)));
        foreach (int side in Sides)
        {
            foreach (ProductPrecision precision in Enum.GetValues<ProductPrecision>())
            {
                foreach (ProductTile tile in ProductTile.All)
                    Try(report, $"product {side}, {Of(precision, tile)}", () => Time(engine, report, side, precision, tile));
            }
        }
    }

    private static string Of(ProductPrecision precision, ProductTile tile) =>
        $"{precision}, {tile.Rows} × {tile.Columns}".ToLowerInvariant();

    private static void Try(Report report, string name, Action run)
    {
        try
        {
            run();
        }
        catch (JouleException e)
        {
            report.Check(name, false, double.NaN, e.Message.ReplaceLineEndings(" "));
        }
    }

    private static void Verify(CudaEngine engine, Report report, ProductPrecision precision, ProductTile tile)
    {
        using Matrices m = new(engine, Rows, Terms, Columns);
        using IGpuKernel kernel = engine.Compile(MatrixProduct.Write(Terms, Columns, tile, ProductResult.Sums, precision));
        float[] found = m.Run(kernel, tile, []);
        double largest = 0;
        for (int i = 0; i < found.Length; i++)
        {
            double error = Math.Abs(m.Sum(i / Columns, i % Columns) - found[i]);
            largest = !(error <= largest) ? error : largest;
        }
        report.Check($"product, {Of(precision, tile)}", largest < (precision == ProductPrecision.Tf32 ? 2e-2 : 2e-5), largest,
            $"{Rows} × {Terms} × {Columns}, {kernel.Description}");
    }

    // A draw may differ where it lies within rounding of its probability.
    private static void VerifyDraws(CudaEngine engine, Report report)
    {
        ProductTile tile = ProductTile.All[^1];
        using Matrices m = new(engine, Rows, Terms, Columns);
        using IGpuKernel kernel = engine.Compile(MatrixProduct.Write(Terms, Columns, tile, ProductResult.Draws));
        float[] found = m.Run(kernel, tile, [Draws.Key0, Draws.Key1, Draws.Counter2, Draws.Counter3, FirstChain]);
        int differ = 0;
        double largest = 0;
        for (int i = 0; i < found.Length; i++)
        {
            double probability = 1 / (1 + Math.Exp(-m.Sum(i / Columns, i % Columns)));
            double distance = Draws.Uniform(FirstChain + (uint)(i / Columns), i % Columns) - probability;
            if (found[i] == (distance < 0 ? 1 : 0))
                continue;
            differ++;
            largest = Math.Max(largest, Math.Abs(distance));
        }
        report.Check("draws of units by a product", largest < 1e-5, largest, $"{differ} of {found.Length:N0} differ");
    }

    private static void Time(CudaEngine engine, Report report, int side, ProductPrecision precision, ProductTile tile)
    {
        int repeats = side > 2000 ? 8 : 64;
        using Matrices m = new(engine, side, side, side);
        using IGpuKernel kernel = engine.Compile(MatrixProduct.Write(side, side, tile, ProductResult.Sums, precision));
        double[] times = new double[5];
        for (int i = -1; i < times.Length; i++)
        {
            m.Wait();
            Stopwatch watch = Stopwatch.StartNew();
            for (int r = 0; r < repeats; r++)
                m.Launch(kernel, tile, []);
            m.Wait();
            if (i >= 0)
                times[i] = watch.Elapsed.TotalMilliseconds / repeats;
        }
        Array.Sort(times);
        double tera = 2.0 * side * side * side / times[times.Length / 2] / 1e9;
        report.Time($"product, {Of(precision, tile)}", side, times[times.Length / 2], $"{tera:F1} TFLOP/s, {kernel.Description}");
    }

    private sealed class Matrices : IDisposable
    {
        private readonly CudaEngine _engine;
        private readonly int _rows, _terms, _columns;
        private readonly float[] _left, _right, _bias;
        private readonly ulong _leftAt, _rightAt, _biasAt, _target;

        public Matrices(CudaEngine engine, int rows, int terms, int columns)
        {
            (_engine, _rows, _terms, _columns) = (engine, rows, terms, columns);
            (_left, _leftAt) = Fill(rows * terms, 1);
            (_right, _rightAt) = Fill(terms * columns, 2);
            (_bias, _biasAt) = Fill(columns, 3);
            _target = engine.Allocate((long)rows * columns, "a product");
        }

        public double Sum(int row, int column)
        {
            double sum = _bias[column];
            for (int k = 0; k < _terms; k++)
                sum += (double)_left[row * _terms + k] * _right[k * _columns + column];
            return sum;
        }

        public void Launch(IGpuKernel kernel, ProductTile tile, KernelArgument[] draws) => kernel.Launch(
            MatrixProduct.Blocks(_terms, _columns, tile, _rows),
            [
                KernelArgument.Address(_leftAt), KernelArgument.Address(_rightAt), KernelArgument.Address(_biasAt),
                KernelArgument.Address(_target), (uint)_rows, .. draws,
            ]);

        public float[] Run(IGpuKernel kernel, ProductTile tile, KernelArgument[] draws)
        {
            Launch(kernel, tile, draws);
            float[] found = new float[_rows * _columns];
            _engine.Download(_target, found);
            return found;
        }

        public void Wait() => _engine.Download(_target, new float[1]);

        public void Dispose()
        {
            foreach (ulong at in (ulong[])[_leftAt, _rightAt, _biasAt, _target])
                _engine.Free(at);
        }

        private (float[] Numbers, ulong At) Fill(int count, uint chain)
        {
            float[] numbers = new float[count];
            new RandomStream(1, RandomPurpose.User, 0).FillNormal(numbers, chain, 0, 0.5f);
            ulong at = _engine.Allocate(count, "a matrix");
            _engine.Upload(at, numbers);
            return (numbers, at);
        }
    }
}
