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
        NetworkOptions? networks = null, double tolerance = Tolerance, InterpretedGpu? card = null) =>
        Compare(device => Run(device, shape, layers, states, again), cut, networks, tolerance, card);

    /// <summary>
    /// Compares passes along directions: outputs and gradients of the states, and the gradient of the parameters of the outputs and of
    /// their derivatives along other directions.
    /// </summary>
    /// <inheritdoc cref="Compare(Shape, IReadOnlyList{Layer}, int, int, BlockCut?, NetworkOptions?, double, InterpretedGpu?)"/>
    public static void CompareAlong(Shape shape, IReadOnlyList<Layer> layers, int states, int again = 0, BlockCut? cut = null,
        NetworkOptions? networks = null, double tolerance = Tolerance, InterpretedGpu? card = null) =>
        Compare(device => RunAlong(device, shape, layers, states, again), cut, networks, tolerance, card);

    private static void Compare(
        Func<Device, Results> run, BlockCut? cut, NetworkOptions? networks, double tolerance, InterpretedGpu? card)
    {
        using Device processor = Device.Cpu(1);
        InterpretedGpu engine = card ?? new InterpretedGpu();
        Results expected = run(processor), found;
        using (GpuDevice gpu = new(engine))
        {
            gpu.Kernels.Forced = cut;
            gpu.Kernels.Networks = networks ?? new NetworkOptions();
            found = run(gpu);
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

    /// <summary>Bytes of global memory for one state of a training pass, along a direction or not.</summary>
    public static long BytesOfState(Shape shape, IReadOnlyList<Layer> layers, bool along)
    {
        using GpuDevice gpu = new(new InterpretedGpu());
        gpu.Kernels.Networks = new NetworkOptions { Way = KernelWay.GlobalMemory };
        using Network network = new(gpu, shape, layers);
        return gpu.Kernels.GlobalTraining(network, along)!.BytesOfChain;
    }

    /// <summary>Runs passes on a device.</summary>
    public static Results Run(Device device, Shape shape, IReadOnlyList<Layer> layers, int states, int again)
    {
        using Network network = new(device, shape, layers);
        network.Initialize(4);
        using NetworkPass pass = network.CreatePass(states);
        using DeviceBuffer memory = device.Allocate((long)states * shape.Length);
        Rows rows = memory.AsRows(states, shape.Length);
        Fill(device, rows, 0);
        float[] outputs = device.Download(pass.Forward(rows));
        float[] weights = Weights(states);
        pass.Reverse(weights);
        if (again > 0)
        {
            pass.Forward(rows.Slice(states - again, again));
            pass.Reverse(weights.AsSpan(0, again));
        }
        return new Results(outputs, device.Download(pass.ParameterGradient), network.Plan.Parameters);
    }

    /// <summary>Runs passes along directions on a device. The outputs are followed by the gradients of the states.</summary>
    public static Results RunAlong(Device device, Shape shape, IReadOnlyList<Layer> layers, int states, int again)
    {
        using Network network = new(device, shape, layers);
        network.Initialize(4);
        using DirectionalPass pass = network.CreatePass(states, 1);
        using DeviceBuffer memory = device.Allocate(3L * states * shape.Length);
        Rows all = memory.AsRows(3 * states, shape.Length), rows = all.Slice(0, states), slopes = all.Slice(states, states);
        Rows directions = all.Slice(2 * states, states);
        Fill(device, rows, 0);
        Fill(device, directions, 2);
        List<float> outputs = [.. device.Download(pass.ForwardGradient(rows, slopes)), .. device.Download(slopes)];
        float[] weights = Weights(states);
        pass.ReverseGradient(weights, directions, [], []);
        if (again > 0)
        {
            pass.ForwardGradient(rows.Slice(states - again, again), slopes.Slice(0, again));
            pass.ReverseGradient(weights.AsSpan(0, again), directions.Slice(0, again), [], []);
        }
        return new Results([.. outputs], device.Download(pass.ParameterGradient), network.Plan.Parameters);
    }

    private static void Fill(Device device, Rows rows, ulong step) =>
        device.Write(rows, (i, row) => new RandomStream(5, RandomPurpose.User, step).FillUniform(row, (uint)i, -1, 1));

    private static float[] Weights(int states)
    {
        float[] weights = new float[states];
        new RandomStream(6, RandomPurpose.User, 1).FillUniform(weights, 0, -1, 1);
        return weights;
    }

    /// <summary>What a pass gives.</summary>
    internal sealed record Results(float[] Outputs, float[] Gradient, IReadOnlyList<Parameter> Parameters);
}
