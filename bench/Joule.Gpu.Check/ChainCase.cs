using System.Diagnostics;
using Joule.Compute;
using Joule.Energies;
using Joule.Gpu.Driver;
using Joule.Gpu.Kernels;
using Joule.Gpu.Plans;
using Joule.Gpu.Ptx;
using Joule.Networks;
using Joule.Runs;
using Joule.Samplers;
using Joule.States;

namespace Joule.Gpu.Check;

/// <summary>Langevin chains of a network: the same as on the processor, and how long they take.</summary>
internal sealed record ChainCase(string Name, StateSpace Space, IReadOnlyList<Layer> Layers, LangevinOptions Sampler)
{
    private const int Steps = 60, Repeats = 9;
    private const double Tolerance = 1e-4; // of the domain's width, after a few steps

    private static readonly int[] Counts = [128, 1024, 8192];
    private static readonly (int Chains, int Threads)[] Cuts =
        [(1, 256), (1, 448), (1, 512), (1, 896), (2, 256), (2, 512), (2, 896), (4, 256), (4, 512), (8, 256), (8, 512), (16, 512)];

    public static IReadOnlyList<ChainCase> All { get; } =
    [
        new ChainCase("mlp-langevin", StateSpace.Box(new Shape(1, 28, 28), 0, 1),
            [new DenseLayer { Outputs = 128 }, new ReluLayer(), new DenseLayer { Outputs = 1 }],
            new LangevinOptions { StepSize = 2.5f, NoiseScale = 0.005f, GradientClip = 0.03f }),
        OfPreset("conv-langevin", "book"),
        OfPreset("digits-langevin", "digits"),
    ];

    public void Run(GpuContext context, Report report)
    {
        using Device processor = Device.Cpu(Math.Min(8, Environment.ProcessorCount));
        using NetworkEnergy energy = new(new Network(processor, Space.Shape, Layers), Space);
        energy.Initialize(1);
        LayerPlan plan = LayerPlan.Of(energy.Network);
        Dictionary<int, (double Milliseconds, string Cut)> best = [];
        bool isChecked = false;
        foreach ((int chains, int threads) in Cuts)
        {
            KernelText text = NetworkLangevin.Write(plan, chains, threads);
            if (text.SharedBytes > context.Info.SharedBytesOfBlock)
                continue;
            string cut = $"{chains} chains a block, {threads} threads, {text.SharedBytes} bytes of shared memory";
            try
            {
                Stopwatch watch = Stopwatch.StartNew();
                using GpuKernel kernel = new(context, text);
                cut += $", {kernel.RegistersOfThread} registers, {kernel.LocalBytesOfThread} bytes local, compiled in "
                    + $"{watch.ElapsedMilliseconds} ms";
                Verify(context, report, energy, plan, kernel, chains, cut, isChecked);
                isChecked = true;
                foreach (int count in Counts)
                {
                    double ms = Time(context, plan, kernel, count, chains);
                    if (!best.TryGetValue(count, out (double Milliseconds, string Cut) b) || ms < b.Milliseconds)
                        best[count] = (ms, cut);
                }
            }
            catch (GpuException e)
            {
                report.Check($"{Name}, {chains} chains a block, {threads} threads", false, double.NaN, e.Message.ReplaceLineEndings(" "));
            }
        }
        foreach (int count in best.Keys.Order())
            report.Time(Name, count, best[count].Milliseconds, best[count].Cut);
    }

    private static ChainCase OfPreset(string name, string preset)
    {
        RunConfig config = Presets.Load(preset);
        bool isBook = preset == "book";
        return new ChainCase(name, isBook ? StateSpace.Box(new Shape(1, 32, 32), -1, 1) : StateSpace.Box(new Shape(1, 28, 28), 0, 1),
            ((NetworkEnergyOptions)config.Energy).Layers,
            new LangevinOptions { StepSize = isBook ? 10 : 2.5f, NoiseScale = 0.005f, GradientClip = 0.03f });
    }

    private static void Launch(
        GpuKernel kernel, ChainCase chainCase, GpuMemory weights, GpuMemory states, GpuMemory energies, GpuMemory failed, GpuMemory values,
        int count, int steps, int chains, RandomStream noise) =>
        kernel.Launch((count + chains - 1) / chains,
            [
                weights, states, energies, failed, values,
                .. LangevinLaunch.Arguments(chainCase.Sampler, chainCase.Space, count, steps, noise, 0),
            ]);

    // 129 chains, so that the last block is not full; three steps.
    private void Verify(
        GpuContext context, Report report, NetworkEnergy energy, LayerPlan plan, GpuKernel kernel, int chains, string cut,
        bool onlyFailures)
    {
        const int Count = 129, Checked = 3;
        RandomStream noise = new(3, RandomPurpose.SamplingChains, 17);
        float[] states = new float[Count * Space.Width], found = new float[states.Length], energies = new float[Count];
        new RandomStream(5, RandomPurpose.User, 0).FillUniform(states, 0, Space.Low, Space.High);
        using GpuMemory w = Upload(context, plan.Weights, "weights"), x = Upload<float>(context, states, "states");
        using GpuMemory e = new(context, Count, "energies"), f = new(context, Count, "failures"), v = new(context, Count, "failures");
        Launch(kernel, this, w, x, e, f, v, Count, Checked, chains, noise);
        context.Wait();
        x.Download<float>(found);
        e.Download<float>(energies);
        using ChainLoop loop = new(energy.Device, energy, Count);
        using DeviceBuffer rows = energy.Device.Allocate(states.Length);
        Rows all = rows.AsRows(Count, Space.Width);
        energy.Device.Upload(states, all);
        float[] expected = new float[states.Length], expectedEnergies = new float[Count];
        loop.Run(Sampler.Create(energy), all, Checked - 1, noise, firstStep: noise.Step);
        energy.Evaluate(all, expectedEnergies);
        loop.Run(Sampler.Create(energy), all, 1, noise, firstStep: noise.Step + Checked - 1);
        energy.Device.Download(all, expected);
        double error = Largest(expected, found) / (Space.High - Space.Low), ofEnergies = Largest(expectedEnergies, energies);
        bool passed = error < Tolerance && ofEnergies < Tolerance;
        if (!passed || !onlyFailures)
            report.Check($"{Name}: {Count} chains, {Checked} steps", passed, Math.Max(error, ofEnergies), cut);
    }

    private double Time(GpuContext context, LayerPlan plan, GpuKernel kernel, int count, int chains)
    {
        RandomStream noise = new(3, RandomPurpose.SamplingChains, 0);
        float[] states = new float[count * Space.Width];
        new RandomStream(5, RandomPurpose.User, 0).FillUniform(states, 0, Space.Low, Space.High);
        using GpuMemory w = Upload(context, plan.Weights, "weights"), x = Upload<float>(context, states, "states");
        using GpuMemory e = new(context, count, "energies"), f = new(context, count, "failures"), v = new(context, count, "failures");
        double[] times = new double[Repeats];
        for (int i = -2; i < Repeats; i++)
        {
            Stopwatch watch = Stopwatch.StartNew();
            Launch(kernel, this, w, x, e, f, v, count, Steps, chains, noise);
            context.Wait();
            if (i >= 0)
                times[i] = watch.Elapsed.TotalMilliseconds;
        }
        Array.Sort(times);
        return times[Repeats / 2];
    }

    private static GpuMemory Upload<T>(GpuContext context, ReadOnlySpan<T> values, string purpose) where T : unmanaged
    {
        GpuMemory memory = new(context, values.Length, purpose);
        memory.Upload(values);
        return memory;
    }

    // NaN where a number is NaN.
    private static double Largest(float[] expected, float[] found)
    {
        double largest = 0;
        for (int i = 0; i < expected.Length; i++)
            largest = Math.Max(largest, Math.Abs((double)expected[i] - found[i]));
        return largest;
    }
}
