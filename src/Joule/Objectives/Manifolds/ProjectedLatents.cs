using System.Numerics.Tensors;
using Joule.Compute;
using Joule.Energies;

namespace Joule.Objectives;

/// <summary>
/// Chains among latent vectors that start from those of the data, moved by normal noise, and a share of them from noise alone.
/// </summary>
internal sealed class ProjectedLatents : Negatives
{
    private readonly StartProgram _start;

    /// <summary>Allocates the chains.</summary>
    public ProjectedLatents(NegativesContext context, ManifoldProjectionOptions options, IManifold manifold)
        : base(context, new LatentChains { Steps = options.LatentSteps, Sampler = options.LatentSampler })
    {
        _start = new StartProgram(this, options, manifold);
    }

    /// <inheritdoc/>
    public override bool StartsFromData => true;

    /// <inheritdoc/>
    protected override DeviceProgram Start(long update, Rows data, Rows negatives)
    {
        _start.Prepare(new RandomStream(Context.Seed, RandomPurpose.ManifoldStates, (ulong)update), data, negatives);
        return _start;
    }

    private sealed record LatentChains : NegativesOptions
    {
        public override Negatives Create(NegativesContext context) =>
            throw new NotSupportedException("These chains need a manifold; its objective creates them.");
    }

    private sealed class StartProgram(ProjectedLatents source, ManifoldProjectionOptions options, IManifold manifold) : DeviceProgram
    {
        private RandomStream _noise, _levels;
        private Rows _data, _latents;

        public override string Name => "data that are moved along a manifold";

        public override int Count => _latents.Count;

        public override int BlockRows => source.Context.Energy.BlockRows;

        public void Prepare(RandomStream draws, Rows data, Rows latents)
        {
            (_noise, _levels) = (draws, draws.Part(1));
            (_data, _latents) = (data, latents);
        }

        protected override void Run(int start, int count, int lane)
        {
            Rows latents = _latents.Slice(start, count);
            manifold.Encode(_data.Slice(start, count), latents);
            for (int i = 0; i < count; i++)
            {
                uint chain = (uint)(start + i);
                Rows latent = latents.Slice(i, 1);
                if (_levels.Uniform(chain, 1) < options.NoiseShare)
                    manifold.LatentSpace.FillNoise(_noise, chain, latent.Span);
                else
                    Move(latent, options.LeastNoise + (options.MostNoise - options.LeastNoise) * _levels.Uniform(chain, 0), chain);
                if (manifold.IsSphere)
                    TensorPrimitives.Divide(latent.Span, MathF.Sqrt(TensorPrimitives.SumOfSquares<float>(latent.Span)), latent.Span);
            }
        }

        private void Move(Rows latent, double deviation, uint chain) =>
            Kernels.AddNoise(latent, (float)deviation, float.NegativeInfinity, float.PositiveInfinity, _noise, chain);
    }
}
