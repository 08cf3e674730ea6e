using Joule.Compute;
using Joule.Energies;
using Joule.Samplers;

namespace Joule.Evaluation;

/// <summary>
/// Estimates ln Z of an energy −ln q + f from below and from above, by importance sampling between q and p ∝ q·e^(−f): annealed importance
/// sampling (Neal 2001) with one stage, which is enough where f is bounded by a few nats. Both estimates are close to ln Z where they are
/// close to each other.
/// </summary>
public sealed class TiltedPartition
{
    private const int Block = 32;

    private readonly Device _device;
    private readonly ITilted _energy;

    /// <summary>Estimates for one energy.</summary>
    /// <param name="device">The energy's device.</param>
    /// <param name="energy">The energy.</param>
    public TiltedPartition(Device device, ITilted energy)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(energy);
        (_device, _energy) = (device, energy);
    }

    /// <summary>
    /// ln Z = ln E_q[e^(−f)], from exact states of q. The estimate of Z has no bias; that of ln Z is low by half its squared error.
    /// </summary>
    /// <param name="count">Number of states, at least 2.</param>
    /// <param name="seed">The seed of the draws.</param>
    /// <param name="cancellation">Stops between blocks of states.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are fewer than 2 states.</exception>
    public LogPartitionEstimate FromBase(int count, ulong seed, CancellationToken cancellation = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 2);
        using DeviceBuffer memory = _device.Allocate(count + (long)_device.Lanes * Block * _energy.Space.Width);
        Rows tilts = new(memory, 0, count, 1);
        _device.Launch(new DrawProgram(_energy, memory, tilts, new RandomStream(seed, RandomPurpose.BaseFit, 1), cancellation));
        return Mean(_device.Download(tilts), -1);
    }

    /// <summary>
    /// ln Z = −ln E_p[e^f], from states of p. The estimate of 1/Z has no bias if the states are exact; that of ln Z is high by half its
    /// squared error. The standard error is that of independent states.
    /// </summary>
    /// <param name="states">At least 2 states, in device memory.</param>
    /// <param name="cancellation">Stops between blocks of states.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are fewer than 2 states.</exception>
    public LogPartitionEstimate FromModel(Rows states, CancellationToken cancellation = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(states.Count, 2);
        using DeviceBuffer memory = _device.Allocate(states.Count);
        Rows tilts = memory.AsRows(states.Count, 1);
        _device.Launch(new TiltProgram(_energy, states, tilts, cancellation));
        LogPartitionEstimate inverse = Mean(_device.Download(tilts), 1);
        return inverse with { Value = -inverse.Value };
    }

    // ln of the mean of e^(sign·f), without overflow.
    private static LogPartitionEstimate Mean(float[] tilts, int sign)
    {
        double most = tilts.Max(tilt => sign * (double)tilt), sum = 0, squares = 0;
        foreach (float tilt in tilts)
        {
            double weight = Math.Exp(sign * (double)tilt - most);
            sum += weight;
            squares += weight * weight;
        }
        return LogPartitionEstimate.Of(most + Math.Log(sum), 2 * most + Math.Log(squares), tilts.Length);
    }

    private sealed class DrawProgram(
        ITilted energy, DeviceBuffer memory, Rows tilts, RandomStream draws, CancellationToken cancellation) : DeviceProgram
    {
        public override string Name => "states of a base and their corrections";

        public override int Count => tilts.Count;

        public override int BlockRows => Block;

        protected override void Run(int start, int count, int lane)
        {
            cancellation.ThrowIfCancellationRequested();
            int width = energy.Space.Width;
            Rows states = new(memory, tilts.Count + lane * Block * width, count, width);
            for (int i = 0; i < count; i++)
                energy.SampleBase(draws, (uint)(start + i), states[i]);
            energy.Tilt(states, tilts.Slice(start, count));
        }
    }

    private sealed class TiltProgram(ITilted energy, Rows states, Rows tilts, CancellationToken cancellation) : DeviceProgram
    {
        public override string Name => "corrections of states";

        public override int Count => states.Count;

        public override int BlockRows => Block;

        protected override void Run(int start, int count, int lane)
        {
            cancellation.ThrowIfCancellationRequested();
            energy.Tilt(states.Slice(start, count), tilts.Slice(start, count));
        }
    }
}
