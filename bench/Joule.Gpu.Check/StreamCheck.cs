using System.Diagnostics;
using Joule.Compute;
using Joule.Energies;
using Joule.Evaluation;
using Joule.Gpu.Devices;
using Joule.Networks;
using Joule.States;

namespace Joule.Gpu.Check;

/// <summary>Scores whose copies and launches overlap have the bits of scores one chunk after another; both are timed.</summary>
internal static class StreamCheck
{
    private const int Width = 784, Count = 1 << 17, Chunk = 512, Times = 3;

    public static void Run(GpuDevice device, Report report)
    {
        StateSpace space = StateSpace.Real(Shape.Vector(Width));
        using NetworkEnergy energy = new(new Network(device, space.Shape,
            [new DenseLayer { Outputs = 256 }, new SiluLayer(), new DenseLayer { Outputs = 128 }, new SiluLayer(),
                new DenseLayer { Outputs = 1 }]), space);
        energy.Initialize(1);
        float[] states = new float[Count * Width];
        new RandomStream(1, RandomPurpose.User, 0).FillUniform(states, 0);
        void Write(int i, Span<float> state) => states.AsSpan(i * Width, Width).CopyTo(state);
        float[] overlapping = [], inOrder = new float[Count];
        double fast = double.PositiveInfinity, slow = double.PositiveInfinity;
        using EnergyEvaluation evaluation = new(device, energy);
        using DeviceBuffer memory = device.Allocate(Chunk * Width);
        for (int time = 0; time < Times; time++)
        {
            long start = Stopwatch.GetTimestamp();
            overlapping = EnergyOfStates.Run(device, energy, Count, Write);
            fast = Math.Min(fast, Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            start = Stopwatch.GetTimestamp();
            for (int first = 0; first < Count; first += Chunk)
            {
                int from = first;
                device.Write(memory.AsRows(Chunk, Width), (i, state) => Write(from + i, state));
                evaluation.Run(memory.AsRows(Chunk, Width), inOrder, first);
            }
            slow = Math.Min(slow, Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }
        report.Check("scores in streams, bit for bit", overlapping.SequenceEqual(inOrder), 0, $"{Count:N0} states");
        report.Time("score, chunks overlap", Count, fast, "");
        report.Time("score, chunk after chunk", Count, slow, "");
    }
}
