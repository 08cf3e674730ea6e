using Joule.Compute;
using Joule.Data;
using Joule.Energies;
using Joule.Evaluation;
using Joule.Gpu.Devices;
using Joule.Networks;
using Joule.Runs;
using Joule.Samplers;
using Joule.Scoring;
using Joule.States;
using Xunit;

namespace Joule.Gpu.Tests.Devices;

/// <summary>What commands do with a device, on the interpreted GPU as on the processor: samples, chains with a warm-up, scores.</summary>
public sealed class RunTests
{
    [Fact]
    public void Samples()
    {
        (float[] States, float[] Energies) Draw(Device device)
        {
            using NetworkEnergy energy = Energy(device);
            using SampleDraw draw = new(device, energy, new LangevinOptions { StepSize = 0.05f, NoiseScale = 0.05f }, 5, 3);
            draw.StartFromNoise();
            draw.Run(6);
            return (draw.Look().Span.ToArray(), draw.Energies());
        }
        Compare(Draw, (expected, found) =>
        {
            Near(expected.States, found.States);
            Near(expected.Energies, found.Energies);
        });
    }

    [Fact]
    public void Recorded_chains_with_an_adapted_step_size()
    {
        (float[] Draws, double Step, long Accepted) Run(Device device)
        {
            using ChainRun run = new(device, new HarmonicEnergy(1, 4), new MetropolisAdjustedLangevinOptions { StepSize = 0.5f },
                new ChainPlan { Chains = 4, WarmUp = 30, Draws = 8, Seed = 5 });
            run.Run(cancellation: TestContext.Current.CancellationToken);
            MetropolisAdjustedLangevinOptions adapted = (MetropolisAdjustedLangevinOptions)run.Sampler;
            return ([.. Enumerable.Range(0, 2).SelectMany(run.Draws.Values)], adapted.StepSize, run.Proposals!.Value.Accepted);
        }
        Compare(Run, (expected, found) =>
        {
            Assert.Equal(expected.Accepted, found.Accepted);
            Assert.Equal(expected.Step, found.Step, 1e-4);
            for (int i = 0; i < expected.Draws.Length; i++)
                Assert.Equal(expected.Draws[i], found.Draws[i], 1e-3f);
        });
    }

    [Fact]
    public void Scores_in_chunks_and_of_states_of_the_host()
    {
        (float[] Chunks, float[] OfHost) Score(Device device)
        {
            using NetworkEnergy energy = Energy(device);
            RandomStream draws = new(1, RandomPurpose.User, 0);
            float[] chunks = EnergyOfStates.Run(device, energy, 520, (i, state) => draws.FillUniform(state, (uint)i),
                cancellation: TestContext.Current.CancellationToken);
            using EnergyEvaluation evaluation = new(device, energy);
            using DeviceBuffer host = DeviceBuffer.OnHost(3 * 16);
            for (int i = 0; i < 3; i++)
                draws.FillUniform(host.AsRows(3, 16)[i], (uint)i);
            float[] ofHost = new float[3];
            evaluation.Run(host.AsRows(3, 16), ofHost);
            Near(chunks[..3], ofHost);
            return (chunks, ofHost);
        }
        Compare(Score, (expected, found) => Near(expected.Chunks, found.Chunks));
    }

    [Fact]
    public void Single_images_of_a_scorer()
    {
        float[] Score(Device device)
        {
            RunConfig config = Presets.Load("seed");
            ImageDataTransform transform = new((ImageDataOptions)config.Data, new ImageFit { Channels = 1, Height = 4, Width = 4 });
            using Model model = new(Energy(device), config, transform);
            using Scorer scorer = Scorer.Of(model, device);
            byte[] pixels = [.. Enumerable.Range(0, 32).Select(i => (byte)(7 * i))];
            return [scorer.ScorePixels(pixels.AsSpan(0, 16)).Energy, scorer.ScorePixels(pixels.AsSpan(16)).Energy];
        }
        Compare(Score, Near);
    }

    private static NetworkEnergy Energy(Device device)
    {
        StateSpace space = StateSpace.Box(new Shape(1, 4, 4), 0, 1);
        ConvolutionLayer convolution = new() { Outputs = 4, Kernel = 3, Padding = 1 };
        NetworkEnergy energy = new(new Network(
            device, space.Shape, [convolution, new SiluLayer(), new FlattenLayer(), new DenseLayer { Outputs = 1 }]), space);
        energy.Initialize(2);
        return energy;
    }

    private static void Compare<T>(Func<Device, T> run, Action<T, T> compare)
    {
        using Device processor = Device.Cpu(1);
        using GpuDevice gpu = new(new InterpretedGpu());
        compare(run(processor), run(gpu));
    }

    private static void Near(float[] expected, float[] found)
    {
        for (int i = 0; i < expected.Length; i++)
            Assert.Equal(expected[i], found[i], 1e-5f * Math.Max(1, Math.Abs(expected[i])));
    }
}
