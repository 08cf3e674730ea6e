using System.Diagnostics;
using Joule.Compute;
using Joule.Gpu.Driver;
using Joule.Gpu.Kernels;
using Joule.Gpu.Plans;
using Joule.Gpu.Ptx;

namespace Joule.Gpu.Check;

/// <summary>
/// Steps of both layers of a Boltzmann machine by products with draws (<see cref="ProductResult.Draws"/>): how long they take with each
/// tile. The draws themselves are verified by <see cref="ProductCases"/>.
/// </summary>
internal static class GibbsCase
{
    private const int Visible = 784, Hidden = 500, Steps = 20, Repeats = 5;

    private static readonly int[] Counts = [100, 10_000];

    public static void Run(Report report)
    {
        GpuContext context = new();
        using CudaEngine engine = new(context, new KernelCache(KernelCache.DefaultFolder, new CudaLinker(context)));
        foreach (int chains in Counts)
        {
            try
            {
                (double Milliseconds, ProductTile Tile) best =
                    ProductTile.All.Select(tile => (Time(engine, chains, tile), tile)).MinBy(t => t.Item1);
                report.Time("rbm-gibbs", chains, best.Milliseconds,
                    $"{Steps} steps of both layers, tile {best.Tile.Rows} × {best.Tile.Columns}");
            }
            catch (JouleException e)
            {
                report.Check("rbm-gibbs", false, double.NaN, e.Message.ReplaceLineEndings(" "));
            }
        }
    }

    private static double Time(CudaEngine engine, int chains, ProductTile tile)
    {
        float[] weights = new float[Visible * Hidden], transposed = new float[Visible * Hidden], start = new float[chains * Visible];
        RandomStream draws = new(1, RandomPurpose.User, 0);
        draws.FillNormal(weights, 0, 0, 0.01f);
        for (int i = 0; i < weights.Length; i++)
            transposed[i % Hidden * Visible + i / Hidden] = weights[i];
        List<ulong> memory = [];
        using IGpuKernel up = engine.Compile(MatrixProduct.Write(Visible, Hidden, tile, ProductResult.Draws));
        using IGpuKernel down = engine.Compile(MatrixProduct.Write(Hidden, Visible, tile, ProductResult.Draws));
        try
        {
            ulong w = Take(weights), back = Take(transposed), bias = Take(new float[Visible]);
            ulong v = Take(start), h = Take(new float[chains * Hidden]);
            double[] times = new double[Repeats];
            for (int r = -1; r < Repeats; r++)
            {
                engine.Download(v, new float[1]);
                Stopwatch watch = Stopwatch.StartNew();
                for (int s = 0; s < Steps; s++)
                {
                    Launch(up, v, w, h, Visible, Hidden, 2 * s);
                    Launch(down, h, back, v, Hidden, Visible, 2 * s + 1);
                }
                engine.Download(v, new float[1]);
                if (r >= 0)
                    times[r] = watch.Elapsed.TotalMilliseconds;
            }
            Array.Sort(times);
            return times[Repeats / 2];

            void Launch(IGpuKernel kernel, ulong from, ulong by, ulong to, int terms, int columns, int step)
            {
                RandomStream now = draws.At((ulong)step);
                kernel.Launch(MatrixProduct.Blocks(terms, columns, tile, chains), KernelArgument.Address(from), KernelArgument.Address(by),
                    KernelArgument.Address(bias), KernelArgument.Address(to), (uint)chains,
                    now.Key0, now.Key1, now.Counter2, now.Counter3, 0u);
            }
        }
        finally
        {
            foreach (ulong at in memory)
                engine.Free(at);
        }

        ulong Take(float[] numbers)
        {
            ulong at = engine.Allocate(numbers.Length, "a Boltzmann machine");
            memory.Add(at);
            engine.Upload(at, numbers);
            return at;
        }
    }
}
