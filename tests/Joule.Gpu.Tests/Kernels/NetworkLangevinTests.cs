using Joule.Compute;
using Joule.Energies;
using Joule.Gpu.Kernels;
using Joule.Gpu.Plans;
using Joule.Gpu.Ptx;
using Joule.Gpu.Tests.Ptx;
using Joule.Networks;
using Joule.Samplers;
using Joule.States;
using Xunit;

namespace Joule.Gpu.Tests.Kernels;

/// <summary>Chains of the kernel, in the interpreter, against those of the processor.</summary>
public sealed class NetworkLangevinTests
{
    private static readonly Device Processor = Device.Cpu(1);

    public static TheoryData<string, int[], int, int, int, int> Cases => new()
    {
        // function, widths, chains, steps, chains of a block, threads
        { "silu", [5, 7], 3, 3, 1, 32 },
        { "relu", [37, 16], 5, 4, 2, 64 },
        { "tanh", [130, 9, 12], 4, 3, 4, 96 },
        { "softplus", [64, 33, 8, 5], 3, 2, 2, 128 },
        { "elu", [20, 8], 2, 3, 1, 32 },
        { "leaky_relu", [16, 4], 2, 3, 2, 32 },
        { "sigmoid", [1, 4], 2, 3, 2, 32 },
        { "square", [11, 6], 2, 2, 1, 64 },
        { "none", [9, 6], 2, 2, 1, 32 },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Chains_end_where_those_of_the_processor_do(
        string function, int[] widths, int chains, int steps, int chainsOfBlock, int threads)
    {
        using NetworkEnergy energy = Energy(function, widths, seed: 3);
        LangevinOptions options = new() { StepSize = 0.05f, NoiseScale = 0.1f, GradientClip = 0.5f };
        RandomStream noise = new(11, RandomPurpose.SamplingChains, 1000);
        float[] states = new float[chains * widths[0]];
        new RandomStream(5, RandomPurpose.User, 0).FillUniform(states, 0);
        float[] expected = [.. states], energies = new float[chains];
        OnProcessor(energy, options, noise, expected, energies, steps);
        (float[] found, float[] foundEnergies, uint[] failed) =
            OnGpu(LayerPlan.Of(energy.Network), energy.Space, options, noise, states, chains, steps, chainsOfBlock, threads);
        for (int i = 0; i < expected.Length; i++)
            Assert.Equal(expected[i], found[i], 1e-5f);
        for (int c = 0; c < chains; c++)
            Assert.Equal(energies[c], foundEnergies[c], 1e-5f * Math.Max(1, Math.Abs(energies[c])));
        Assert.All(failed, f => Assert.Equal(uint.MaxValue, f));
    }

    public static TheoryData<int, int, int[][], int, int> Images => new()
    {
        // height, width, (outputs, kernel, stride, padding)…, chains of a block, threads
        { 8, 8, [[4, 3, 2, 1], [8, 3, 2, 1]], 1, 64 },
        { 7, 9, [[5, 3, 2, 1], [6, 3, 1, 0]], 2, 96 },
        { 10, 6, [[4, 5, 2, 2], [8, 2, 2, 0]], 3, 64 },
        { 9, 9, [[3, 3, 1, 1], [7, 4, 3, 1]], 1, 128 },
        { 28, 28, [[16, 5, 2, 2], [8, 3, 2, 1], [12, 3, 2, 1], [16, 3, 2, 1]], 1, 256 },
    };

    [Theory]
    [MemberData(nameof(Images))]
    public void Chains_of_images_end_where_those_of_the_processor_do(
        int height, int width, int[][] convolutions, int chainsOfBlock, int threads)
    {
        List<Layer> layers = [];
        foreach (int[] c in convolutions)
        {
            layers.Add(new ConvolutionLayer { Outputs = c[0], Kernel = c[1], Stride = c[2], Padding = c[3] });
            layers.Add(new SiluLayer());
        }
        layers.AddRange([new FlattenLayer(), new DenseLayer { Outputs = 9 }, new SiluLayer(), new DenseLayer { Outputs = 1 }]);
        StateSpace space = StateSpace.Box(new Shape(1, height, width), 0, 1);
        using NetworkEnergy energy = new(new Network(Processor, space.Shape, layers), space);
        energy.Initialize(4);
        const int Chains = 3, Steps = 2;
        LangevinOptions options = new() { StepSize = 2f, NoiseScale = 0.05f, GradientClip = 0.1f };
        RandomStream noise = new(21, RandomPurpose.SamplingChains, 7);
        float[] states = new float[Chains * space.Width], energies = new float[Chains];
        new RandomStream(5, RandomPurpose.User, 0).FillUniform(states, 0);
        float[] expected = [.. states];
        OnProcessor(energy, options, noise, expected, energies, Steps);
        (float[] found, float[] foundEnergies, _) =
            OnGpu(LayerPlan.Of(energy.Network), space, options, noise, states, Chains, Steps, chainsOfBlock, threads);
        for (int i = 0; i < expected.Length; i++)
            Assert.Equal(expected[i], found[i], 1e-5f);
        for (int c = 0; c < Chains; c++)
            Assert.Equal(energies[c], foundEnergies[c], 1e-5f);
    }

    [Fact]
    public void A_divergence_comes_back_with_its_step_and_value()
    {
        using NetworkEnergy energy = Energy("square", [4, 4], seed: 3);
        RandomStream noise = new(11, RandomPurpose.SamplingChains, 0);
        StateSpace real = StateSpace.Real(Shape.Vector(4));
        LangevinOptions options = new() { StepSize = 1e6f, NoiseScale = 0.1f };
        float[] states = [1, 2, 3, 4, 0, 0, 0, 0];
        (_, float[] energies, uint[] failed) = OnGpu(LayerPlan.Of(energy.Network), real, options, noise, states, 2, 9, 1, 32);
        Assert.InRange(failed[0], 1u, 8u);
        Assert.False(float.IsFinite(energies[0]));
    }

    [Fact]
    public void Faults_planted_in_the_kernel_are_found()
    {
        using NetworkEnergy energy = Energy("silu", [5, 7], seed: 3);
        KernelText text = NetworkLangevin.Write(LayerPlan.Of(energy.Network), 1, 32);
        Assert.Contains("race", Fault(text, s => Remove(s, "bar.sync 0", 3)), StringComparison.Ordinal);
        Assert.Contains("no multiple", Fault(text, s => s, offsetBy: 4), StringComparison.Ordinal);
        Assert.Contains("not at the same one", Fault(text, s => Insert(s, "bar.sync 0;")), StringComparison.Ordinal);
    }

    private static string Fault(KernelText text, Func<string, string> plant, int offsetBy = 0)
    {
        string ptx = plant(text.Ptx);
        if (offsetBy > 0)
        {
            int at = ptx.IndexOf("st.shared.v4.f32 [", StringComparison.Ordinal), plus = ptx.IndexOf('+', at);
            ptx = ptx[..(plus + 1)] + (offsetBy + int.Parse(ptx[(plus + 1)..ptx.IndexOf(']', plus)],
                System.Globalization.CultureInfo.InvariantCulture)) + ptx[ptx.IndexOf(']', plus)..];
        }
        using NetworkEnergy energy = Energy("silu", [5, 7], seed: 3);
        PtxFault fault = Assert.Throws<PtxFault>(() => Run(new PtxInterpreter(text with { Ptx = ptx }), LayerPlan.Of(energy.Network),
            energy.Space, new LangevinOptions(), new RandomStream(1, RandomPurpose.User, 0), new float[5], 1, 2, 1));
        return fault.Message;
    }

    private static string Remove(string text, string line, int occurrence)
    {
        int at = -1;
        for (int i = 0; i < occurrence; i++)
            at = text.IndexOf(line, at + 1, StringComparison.Ordinal);
        return text.Remove(text.LastIndexOf('\n', at), text.IndexOf('\n', at) - text.LastIndexOf('\n', at));
    }

    // A barrier that only some threads reach: after the first jump that only some threads make.
    private static string Insert(string text, string what)
    {
        int jump = text.IndexOf("@!%p", StringComparison.Ordinal), end = text.IndexOf('\n', jump);
        return text.Insert(end + 1, $"\t{what}\n");
    }

    private static NetworkEnergy Energy(string function, int[] widths, ulong seed)
    {
        List<Layer> layers = [];
        foreach (int width in widths.Skip(1))
        {
            layers.Add(new DenseLayer { Outputs = width });
            Layer? pointwise = function switch
            {
                "silu" => new SiluLayer(),
                "relu" => new ReluLayer(),
                "tanh" => new TanhLayer(),
                "softplus" => new SoftplusLayer(),
                "elu" => new EluLayer(),
                "leaky_relu" => new LeakyReluLayer { Slope = 0.2f },
                "sigmoid" => new SigmoidLayer(),
                "square" => new SquareLayer(),
                _ => null,
            };
            if (pointwise is not null)
                layers.Add(pointwise);
        }
        layers.Add(new DenseLayer { Outputs = 1 });
        StateSpace space = StateSpace.Box(Shape.Vector(widths[0]), 0, 1);
        NetworkEnergy energy = new(new Network(Processor, space.Shape, layers), space);
        energy.Initialize(seed);
        return energy;
    }

    private static void OnProcessor(
        NetworkEnergy energy, LangevinOptions options, RandomStream noise, float[] states, float[] energies, int steps)
    {
        int chains = energies.Length;
        using ChainLoop loop = new(Processor, energy, chains);
        using DeviceBuffer rows = Processor.Allocate(states.Length);
        Rows all = rows.AsRows(chains, energy.Space.Width);
        Processor.Upload(states, all);
        Sampler sampler = options.Create(energy);
        // One step at a time, so that the energies are those at the beginning of the last step.
        for (int s = 0; s < steps; s++)
        {
            energy.Evaluate(all, energies);
            loop.Run(sampler, all, 1, noise, firstStep: noise.Step + (ulong)s);
        }
        Processor.Download(all, states);
    }

    private static (float[] States, float[] Energies, uint[] Failed) OnGpu(
        LayerPlan stack, StateSpace space, LangevinOptions options, RandomStream noise, float[] states, int chains, int steps,
        int chainsOfBlock, int threads) =>
        Run(new PtxInterpreter(NetworkLangevin.Write(stack, chainsOfBlock, threads)), stack, space, options, noise, states, chains, steps,
            chainsOfBlock);

    private static (float[] States, float[] Energies, uint[] Failed) Run(
        PtxInterpreter gpu, LayerPlan stack, StateSpace space, LangevinOptions options, RandomStream noise, float[] states, int chains,
        int steps, int chainsOfBlock)
    {
        KernelArgument weights = gpu.Global.Allocate(stack.Weights), at = gpu.Global.Allocate<float>(states);
        KernelArgument energies = gpu.Global.Allocate<float>(new float[chains]), failed = gpu.Global.Allocate<uint>(new uint[chains]);
        KernelArgument values = gpu.Global.Allocate<float>(new float[chains]);
        gpu.Run((chains + chainsOfBlock - 1) / chainsOfBlock,
            [weights, at, energies, failed, values, .. LangevinLaunch.Arguments(options, space, chains, steps, noise, 0)]);
        return (gpu.Global.Read<float>(at, states.Length), gpu.Global.Read<float>(energies, chains), gpu.Global.Read<uint>(failed, chains));
    }
}
