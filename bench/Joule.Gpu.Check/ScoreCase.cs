using System.Diagnostics;
using Joule.Compute;
using Joule.Energies;
using Joule.Gpu.Devices;
using Joule.Networks;
using Joule.States;

namespace Joule.Gpu.Check;

/// <summary>Energies of states on the card, by the book's network: the same as on the processor, and how long they take.</summary>
internal static class ScoreCase
{
    private const string Name = "score";
    private const int Count = 10_000, Repeats = 9;
    private const double Tolerance = 1e-4; // relative to the larger of 1 and the energy

    public static void Run(GpuDevice device, Report report)
    {
        try
        {
            using Device processor = Device.Cpu(Math.Min(8, Environment.ProcessorCount));
            float[] expected = Energies(processor, out _), found = Energies(device, out double milliseconds);
            double largest = 0;
            for (int i = 0; i < Count; i++)
            {
                double error = Math.Abs((double)expected[i] - found[i]) / Math.Max(1, Math.Abs(expected[i]));
                largest = !(error <= largest) ? error : largest;
            }
            report.Check($"{Name}: {Count} states", largest < Tolerance, largest, "");
            report.Time(Name, Count, milliseconds, "with the download of the energies");
        }
        catch (JouleException e)
        {
            report.Check(Name, false, double.NaN, e.Message.ReplaceLineEndings(" "));
        }
    }

    private static float[] Energies(Device device, out double milliseconds)
    {
        StateSpace space = StateSpace.Box(new Shape(1, 32, 32), -1, 1);
        using NetworkEnergy energy = new(new Network(device, space.Shape, AllCases.Layers("book")), space);
        energy.Initialize(1);
        using DeviceBuffer memory = device.Allocate((long)Count * space.Width);
        using EnergyEvaluation evaluation = new(device, energy);
        Rows states = memory.AsRows(Count, space.Width);
        RandomStream start = new(5, RandomPurpose.SamplingStates, 0);
        device.Write(states, (i, state) => space.FillNoise(start, (uint)i, state));
        float[] energies = new float[Count];
        double[] times = new double[Repeats];
        for (int i = -1; i < Repeats; i++)
        {
            Stopwatch watch = Stopwatch.StartNew();
            evaluation.Run(states, energies);
            if (i >= 0)
                times[i] = watch.Elapsed.TotalMilliseconds;
            if (device is not GpuDevice)
                break; // only its energies are wanted
        }
        Array.Sort(times);
        milliseconds = times[Repeats / 2];
        return energies;
    }
}
