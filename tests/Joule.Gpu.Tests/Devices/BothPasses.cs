using Joule.Compute;
using Joule.Gpu.Devices;
using Joule.Networks;
using Joule.States;
using Xunit;

namespace Joule.Gpu.Tests.Devices;

/// <summary>Runs the same training passes on the processor and on the interpreted GPU, and compares outputs and gradients.</summary>
internal static class BothPasses
{
    private const double Tolerance = 1e-5;

    /// <summary>Compares a pass over some states, after which a second one over fewer states adds to the gradient.</summary>
    /// <param name="shape">The shape of a state.</param>
    /// <param name="layers">The layers.</param>
    /// <param name="states">Number of states.</param>
    /// <param name="again">Number of states of the second pass; 0: there is none.</param>
    /// <param name="cut">The block; null: the one that the device chooses.</param>
    /// <param name="networks">How the GPU runs networks; null: as it chooses.</param>
    /// <param name="tolerance">Agreement: of outputs relative to the larger of 1 and the number, of gradients to their norm.</param>
    /// <param name="card">The GPU; null: the usual one.</param>
    public static void Compare(Shape shape, IReadOnlyList<Layer> layers, int states, int again = 0, BlockCut? cut = null,
        NetworkOptions? networks = null, double tolerance = Tolerance, InterpretedGpu? card = null)
    {
        using Device processor = Device.Cpu(1);
        InterpretedGpu engine = card ?? new InterpretedGpu();
        Results expected = Run(processor, shape, layers, states, again), found;
        using (GpuDevice gpu = new(engine))
        {
            gpu.Kernels.Forced = cut;
            gpu.Kernels.Networks = networks ?? new NetworkOptions();
            found = Run(gpu, shape, layers, states, again);
        }
        Assert.Equal(0, engine.Open);
        for (int i = 0; i < expected.Outputs.Length; i++)
            Assert.Equal(expected.Outputs[i], found.Outputs[i], tolerance * Math.Max(1, Math.Abs(expected.Outputs[i])));
        foreach (Parameter parameter in expected.Parameters)
        {
            double size = 0, error = 0;
            for (int i = parameter.Offset; i < parameter.Offset + parameter.Length; i++)
            {
                double difference = expected.Gradient[i] - found.Gradient[i];
                size += (double)expected.Gradient[i] * expected.Gradient[i];
                error += difference * difference;
            }
            Assert.True(size > 0, $"{parameter.Name} has no gradient: nothing is tested");
            Assert.True(Math.Sqrt(error) <= tolerance * Math.Sqrt(size), $"{parameter.Name}: {Math.Sqrt(error / size):G3}");
        }
    }

    /// <summary>Bytes of global memory for one state of a training pass.</summary>
    public static long BytesOfState(Shape shape, IReadOnlyList<Layer> layers)
    {
        using GpuDevice gpu = new(new InterpretedGpu());
        gpu.Kernels.Networks = new NetworkOptions { Way = KernelWay.GlobalMemory };
        using Network network = new(gpu, shape, layers);
        return gpu.Kernels.GlobalTraining(network)!.BytesOfChain;
    }

    /// <summary>Runs passes on a device.</summary>
    public static Results Run(Device device, Shape shape, IReadOnlyList<Layer> layers, int states, int again)
    {
        using Network network = new(device, shape, layers);
        network.Initialize(4);
        using NetworkPass pass = network.CreatePass(states);
        using DeviceBuffer memory = device.Allocate((long)states * shape.Length);
        Rows rows = memory.AsRows(states, shape.Length);
        device.Write(rows, (i, row) => new RandomStream(5, RandomPurpose.User, 0).FillUniform(row, (uint)i, -1, 1));
        float[] outputs = device.Download(pass.Forward(rows));
        float[] weights = new float[states];
        new RandomStream(6, RandomPurpose.User, 1).FillUniform(weights, 0, -1, 1);
        pass.Reverse(weights);
        if (again > 0)
        {
            pass.Forward(rows.Slice(states - again, again));
            pass.Reverse(weights.AsSpan(0, again));
        }
        return new Results(outputs, device.Download(pass.ParameterGradient), network.Plan.Parameters);
    }

    /// <summary>What a pass gives.</summary>
    internal sealed record Results(float[] Outputs, float[] Gradient, IReadOnlyList<Parameter> Parameters);
}
