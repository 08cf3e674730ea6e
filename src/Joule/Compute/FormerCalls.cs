namespace Joule.Compute;

/// <summary>Work that is cut into blocks by its caller. To be replaced by <see cref="DeviceProgram"/>.</summary>
public interface IBlockWork
{
    /// <summary>Does one block.</summary>
    void Run(int block, int lane);
}

/// <summary>Calls of the former device, until every caller is a program.</summary>
internal static unsafe class FormerCalls
{
    [ThreadStatic]
    private static BlockProgram? s_program;

    public static void Run(this Device device, IBlockWork work, int blocks)
    {
        BlockProgram program = s_program ??= new BlockProgram();
        program.Prepare(work, blocks);
        device.Launch(program);
    }

    public static void LangevinUpdate(this Device device, Rows x, Rows gradient, in LangevinCoefficients coefficients, in RandomStream noise, uint firstChain, Span<float> squaredNorms) =>
        LangevinKernels.Update(x.Pointer, gradient.Pointer, x.Count, x.Width, coefficients, noise, firstChain, squaredNorms);

    public static void AddNoise(this Device device, Rows x, float noiseScale, float low, float high, in RandomStream noise, uint firstChain) =>
        Kernels.AddNoise(x, noiseScale, low, high, noise, firstChain);

    public static double SquaredNorm(this Device device, Rows x) => OptimizerKernels.SquaredNorm(x.Pointer, x.Length);

    public static double SquaredDistance(this Device device, Rows a, Rows b) => StateKernels.SquaredDistance(a.Pointer, b.Pointer, Math.Min(a.Length, b.Length));

    public static (int Low, int High) CountAtWalls(this Device device, Rows x, float low, float high) => StateKernels.CountAtWalls(x.Pointer, x.Length, low, high);

    private sealed class BlockProgram : DeviceProgram
    {
        private IBlockWork _work = null!;
        private int _blocks;

        public override string Name => "block work";

        public override int Count => _blocks;

        public void Prepare(IBlockWork work, int blocks) => (_work, _blocks) = (work, blocks);

        protected override void Run(int start, int count, int lane) => _work.Run(start, lane);
    }
}
