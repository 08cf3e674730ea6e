using Joule.Compute;
using Joule.Energies;
using Joule.Samplers;

namespace Joule.Tests.Samplers;

/// <summary>
/// A sampler with kept state: gradient descent with momentum, v ← ½v − 0.1∇E, x ← x + v, and the number of steps since the start. The
/// momentum starts as a tenth of the state.
/// </summary>
internal sealed record MomentumOptions : SamplerOptions
{
    public override Sampler Create(Energy energy) => new MomentumSampler(energy);

    public override SamplerOptions Scaled(double factor) => this;

    private sealed class MomentumSampler(Energy energy) : Sampler(energy)
    {
        private readonly IDifferentiable _energy = energy.Require<IDifferentiable>("A momentum");

        public override IReadOnlyList<KeptPart> Kept { get; } = [new("momentum", energy.Space.Width), new("steps", 1)];

        public override void Init(Device device, in ChainStart start)
        {
            for (int i = 0; i < start.States.Length; i++)
                start.Kept(0).Span[i] = 0.1f * start.States.Span[i];
        }

        public override void Step(Device device, in ChainBlock block)
        {
            _energy.Gradient(block.States, block.EnergyRows, block.Gradient);
            for (int i = 0; i < block.States.Count; i++)
            {
                Span<float> x = block.States[i], g = block.Gradient[i], v = block.Kept(0)[i];
                block.SquaredNorms[i] = 0;
                for (int j = 0; j < x.Length; j++)
                {
                    v[j] = (0.5f * v[j]) - (0.1f * g[j]);
                    x[j] += v[j];
                }
                block.Kept(1)[i][0]++;
            }
        }
    }
}
