using Joule.Compute;

namespace Joule.Energies;

/// <summary>The partition function of a <see cref="ResidualEnergy"/>, by importance sampling from its base.</summary>
internal sealed class ResidualPartition : IDisposable
{
    private readonly ResidualEnergy _energy;
    private readonly DeviceBuffer _memory;
    private readonly int _count;
    private readonly ulong _seed;

    /// <summary>Allocates memory for the correction of every state, and for a block of states for each worker.</summary>
    public ResidualPartition(ResidualEnergy energy, int count, ulong seed)
    {
        (_energy, _count, _seed) = (energy, count, seed);
        _memory = energy.Device.Allocate(count + (long)energy.Device.Lanes * FactorMixture.Block * energy.Space.Width);
    }

    private Rows Tilts => new(_memory, 0, _count, 1);

    /// <summary>ln Z and its standard error.</summary>
    public (double LogPartition, double Error) Run()
    {
        _energy.Device.Launch(new DrawProgram(this));
        float[] tilts = _energy.Device.Download(Tilts);
        double most = -tilts.Min(), sum = 0, squares = 0;
        foreach (float tilt in tilts)
        {
            double weight = Math.Exp(-tilt - most);
            sum += weight;
            squares += weight * weight;
        }
        double mean = sum / _count, variance = (squares / _count - mean * mean) / (_count - 1);
        return (most + Math.Log(mean), Math.Sqrt(Math.Max(0, variance)) / mean);
    }

    /// <summary>Frees the memory.</summary>
    public void Dispose() => _memory.Dispose();

    private sealed class DrawProgram(ResidualPartition partition) : DeviceProgram
    {
        public override string Name => "draws of a mixture for its partition function";

        public override int Count => partition._count;

        public override int BlockRows => FactorMixture.Block;

        protected override void Run(int start, int count, int lane)
        {
            ResidualEnergy energy = partition._energy;
            int width = energy.Space.Width;
            Rows states = new(partition._memory, partition._count + lane * BlockRows * width, count, width);
            RandomStream draws = new(partition._seed, RandomPurpose.BaseFit, 1);
            for (int i = 0; i < count; i++)
                energy.SampleBase(draws, (uint)(start + i), states[i]);
            energy.Tilt(states, partition.Tilts.Slice(start, count));
        }
    }
}
