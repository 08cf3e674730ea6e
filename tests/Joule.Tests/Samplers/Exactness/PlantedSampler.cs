using Joule.Compute;
using Joule.Energies;
using Joule.Samplers;

namespace Joule.Tests.Samplers;

/// <summary>An error in a sampler.</summary>
public enum Plant
{
    /// <summary>None: the sampler is right.</summary>
    None,

    /// <summary>The noise is a tenth too small.</summary>
    NoiseScale,

    /// <summary>The last half kick of a trajectory goes along the gradient, not against it.</summary>
    Sign,

    /// <summary>Every proposal is accepted.</summary>
    NoTest,

    /// <summary>The last half kick of a trajectory is missing, also in the energy that is tested.</summary>
    HalfLeapfrog,

    /// <summary>None: a swap of the two numbers is proposed too, and tested.</summary>
    TestedSwap,

    /// <summary>The two numbers swap without a test.</summary>
    UntestedSwap,
}

/// <summary>Hamiltonian Monte Carlo of three steps in its shortest form, in which an error can be planted.</summary>
internal sealed record PlantedOptions(Plant Plant, float StepSize = 0.8f) : SamplerOptions
{
    public override bool HasAcceptTest() => true;

    public override Sampler Create(Energy energy) => new PlantedSampler(energy, this);

    public override SamplerOptions Scaled(double factor) => this with { StepSize = (float)(StepSize * factor) };

    private sealed class PlantedSampler(Energy energy, PlantedOptions options) : Sampler(energy)
    {
        private const int Length = 3;

        private readonly IDifferentiable _energy = energy.Require<IDifferentiable>("A planted error");

        public override bool HasAcceptTest => true;

        public override int ScratchRows => 3;

        public override void Step(Device device, in ChainBlock block)
        {
            int count = block.States.Count, width = block.States.Width;
            Rows momentum = block.Scratch.Slice(0, count), place = block.Scratch.Slice(count, count),
                slope = block.Scratch.Slice(2 * count, count);
            _energy.Gradient(block.States, block.EnergyRows, block.Gradient);
            double[] before = new double[count];
            for (int i = 0; i < count; i++)
            {
                block.Noise.FillNormal(momentum[i], block.FirstChain + (uint)i, 0, options.Plant == Plant.NoiseScale ? 0.9f : 1);
                before[i] = block.Energies[i] + Kinetic(momentum[i]);
            }
            block.States.Span.CopyTo(place.Span);
            block.Gradient.Span.CopyTo(slope.Span);
            Kick(momentum, slope, 0.5f);
            for (int step = 1; step <= Length; step++)
            {
                for (int i = 0; i < place.Length; i++)
                    place.Span[i] += options.StepSize * momentum.Span[i];
                _energy.Gradient(place, block.EnergyRows, slope);
                float last = options.Plant switch { Plant.HalfLeapfrog => 0, Plant.Sign => -0.5f, _ => 0.5f };
                Kick(momentum, slope, step < Length ? 1 : last);
            }
            for (int i = 0; i < count; i++)
            {
                double fall = before[i] - block.Energies[i] - Kinetic(momentum[i]);
                if (options.Plant == Plant.NoTest || Uniform(block, i, 0) < Math.Exp(fall))
                {
                    place[i].CopyTo(block.States[i]);
                    block.Accepted[i]++;
                }
            }
            if (options.Plant is Plant.TestedSwap or Plant.UntestedSwap)
                Swap(block, place);
            _energy.Gradient(block.States, block.EnergyRows, block.Gradient);
            for (int i = 0; i < count; i++)
                block.SquaredNorms[i] = 2 * (float)Kinetic(block.Gradient[i]);
        }

        private void Swap(in ChainBlock block, Rows swapped)
        {
            _energy.Gradient(block.States, block.EnergyRows, block.Gradient);
            float[] here = block.Energies[..block.States.Count].ToArray();
            for (int i = 0; i < here.Length; i++)
                (swapped[i][0], swapped[i][1]) = (block.States[i][1], block.States[i][0]);
            _energy.Gradient(swapped, block.EnergyRows, block.Gradient);
            for (int i = 0; i < here.Length; i++)
            {
                if (options.Plant == Plant.UntestedSwap || Uniform(block, i, 1) < Math.Exp(here[i] - block.Energies[i]))
                    swapped[i].CopyTo(block.States[i]);
            }
        }

        private void Kick(Rows momentum, Rows slope, float share)
        {
            for (int i = 0; i < momentum.Length; i++)
                momentum.Span[i] -= share * options.StepSize * slope.Span[i];
        }

        private static double Uniform(in ChainBlock block, int row, int index) =>
            block.Noise.Uniform(block.FirstChain + (uint)row, RandomStream.AfterNormals(block.States.Width) + index);

        private static double Kinetic(ReadOnlySpan<float> momentum)
        {
            double sum = 0;
            foreach (float p in momentum)
                sum += 0.5 * p * p;
            return sum;
        }
    }
}
