using System.Diagnostics;
using Joule.Compute;
using Joule.Energies;
using Joule.Evaluation;
using Joule.Gpu.Devices;
using Joule.Gpu.Driver;
using Joule.Networks;
using Joule.States;

namespace Joule.Gpu.Check;

/// <summary>A kernel that was kept on disk gives the energies of one that was just compiled.</summary>
internal static class CacheCheck
{
    private const int Width = 784, Count = 64;

    public static void Run(Report report)
    {
        string folder = Directory.CreateTempSubdirectory("joule-kernels-").FullName;
        try
        {
            (float[] energies, double milliseconds) compiled = Evaluate(folder), kept = Evaluate(folder);
            int files = Directory.GetFiles(folder).Length;
            report.Check("a kernel kept on disk", files == 1 && compiled.energies.SequenceEqual(kept.energies), 0,
                $"{files} file; the first energies take {compiled.milliseconds:F0} ms compiled, {kept.milliseconds:F0} ms kept");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static (float[] Energies, double Milliseconds) Evaluate(string folder)
    {
        GpuContext context = new();
        using GpuDevice device = new(new QueuedEngine(new CudaEngine(context, new KernelCache(folder, new CudaLinker(context))), null));
        StateSpace space = StateSpace.Real(Shape.Vector(Width));
        using NetworkEnergy energy = new(new Network(device, space.Shape,
            [new DenseLayer { Outputs = 256 }, new SiluLayer(), new DenseLayer { Outputs = 1 }]), space);
        energy.Initialize(1);
        long start = Stopwatch.GetTimestamp();
        RandomStream draws = new(1, RandomPurpose.User, 0);
        float[] energies = EnergyOfStates.Run(device, energy, Count, (i, state) => draws.FillUniform(state, (uint)i));
        return (energies, Stopwatch.GetElapsedTime(start).TotalMilliseconds);
    }
}
