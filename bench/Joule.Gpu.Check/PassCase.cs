using System.Diagnostics;
using Joule.Compute;
using Joule.Gpu.Devices;
using Joule.Networks;
using Joule.States;

namespace Joule.Gpu.Check;

/// <summary>Training passes of a network: the same outputs and gradients as on the processor, and how long they take.</summary>
/// <param name="Name">Its name in the report.</param>
/// <param name="Input">The shape of a state.</param>
/// <param name="Layers">The layers.</param>
internal sealed record PassCase(string Name, Shape Input, IReadOnlyList<Layer> Layers)
{
    private const int Repeats = 21;

    /// <summary>Whether the passes go along directions, too, as those of denoising score matching.</summary>
    public bool IsAlong { get; init; }

    /// <summary>States that are compared with the processor.</summary>
    public int Verified { get; init; } = 261;

    /// <summary>Agreement of the gradient of a tensor of parameters, relative to its norm.</summary>
    public double Tolerance { get; init; } = 1e-4;

    /// <summary>Numbers of states to time, data and negatives together; none: the case is only verified.</summary>
    public IReadOnlyList<int> Counts { get; init; } = [];

    /// <summary>Verifies and times the case; a refusal is a failed check.</summary>
    public void Run(GpuDevice device, Report report)
    {
        try
        {
            device.Kernels.Forced = null;
            Verify(device, report);
            Measure(device, report, "chosen");
        }
        catch (JouleException e)
        {
            report.Check($"{Name}, gradient of weights", false, double.NaN, e.Message.ReplaceLineEndings(" "));
        }
        device.Kernels.Forced = null;
    }

    private void Verify(GpuDevice device, Report report)
    {
        Stopwatch watch = Stopwatch.StartNew();
        using Device processor = Device.Cpu(Math.Min(8, Environment.ProcessorCount));
        using Passes expected = new(processor, this, Verified), found = new(device, this, Verified);
        double largest = 0;
        foreach (int states in (int[])[Verified, 1])
        {
            float[] outputs = expected.Run(states), others = found.Run(states);
            for (int i = 0; i < states; i++)
                largest = Larger(largest, Math.Abs((double)outputs[i] - others[i]) / Math.Max(1, Math.Abs(outputs[i])));
        }
        // Both passes together: the second one adds.
        float[] gradient = expected.Gradient(), other = found.Gradient();
        string worst = "";
        foreach (Parameter parameter in expected.Parameters)
        {
            double size = 0, error = 0;
            for (int i = parameter.Offset; i < parameter.Offset + parameter.Length; i++)
            {
                size += (double)gradient[i] * gradient[i];
                error += ((double)gradient[i] - other[i]) * ((double)gradient[i] - other[i]);
            }
            double relative = error == 0 ? 0 : Math.Sqrt(error / size);
            if (!(relative <= largest))
                (largest, worst) = (relative, $"; the largest is of {parameter.Name}");
        }
        report.Check($"{Name}: gradient of weights, {Verified} states and 1", largest < Tolerance, largest,
            $"{watch.ElapsedMilliseconds} ms with compilation and the processor's own{worst}");
    }

    /// <summary>Times the case with the blocks that a device with <see cref="GpuDevice.Tunes"/> finds.</summary>
    public void Explore(GpuDevice device, Report report) => Measure(device, report, "best of timed blocks");

    private void Measure(GpuDevice device, Report report, string how)
    {
        if (Counts.Count == 0)
            return;
        using Passes passes = new(device, this, Counts.Max());
        foreach (int count in Counts)
            report.Time($"{Name}, forward and reverse, {how}", count, Time(passes, count), Describe(device.Kernels.Last));
    }

    private static double Time(Passes passes, int count)
    {
        double[] times = new double[Repeats];
        for (int i = -3; i < Repeats; i++)
        {
            Stopwatch watch = Stopwatch.StartNew();
            passes.Run(count);
            passes.Wait();
            if (i >= 0)
                times[i] = watch.Elapsed.TotalMilliseconds;
        }
        Array.Sort(times);
        return times[Repeats / 2];
    }

    private static string Describe(CutKernel? kernel) => kernel is null
        ? "layer by layer"
        : $"{kernel.Cut.Chains} states a group, {kernel.Cut.Threads} threads, {kernel.SharedBytes} bytes of shared memory, "
            + kernel.Kernel.Description;

    private static double Larger(double a, double b) => !(b <= a) ? b : a;
}
