using Joule.Compute;
using Joule.Energies;
using Joule.Samplers;

namespace Joule.Extension.Tests;

/// <summary>Options of <see cref="WalkSampler"/>.</summary>
[Named("walk", "a random walk with an accept test", paper: "Metropolis et al. 1953")]
public sealed record WalkOptions : SamplerOptions
{
    /// <summary>Standard deviation of a proposal.</summary>
    [Above(0)]
    public float Scale { get; init; } = 1;

    /// <inheritdoc/>
    public override Sampler Create(Energy energy) => new WalkSampler(energy, this);

    /// <inheritdoc/>
    public override SamplerOptions Scaled(double factor) => this with { Scale = (float)(Scale * factor) };

    /// <inheritdoc/>
    public override double? EffectiveTemperature() => 1;

    /// <inheritdoc/>
    public override bool HasAcceptTest() => true;
}

/// <summary>A random walk whose steps are accepted with probability min(1, exp(−ΔE)).</summary>
public sealed class WalkSampler(Energy energy, WalkOptions options) : Sampler(energy)
{
    /// <inheritdoc/>
    public override bool HasAcceptTest => true;

    /// <inheritdoc/>
    public override int ScratchRows => 1;

    /// <inheritdoc/>
    public override void Step(Device device, in ChainBlock block)
    {
        int width = block.States.Width;
        Energy.Evaluate(block.States, block.EnergyRows);
        Span<float> before = stackalloc float[block.States.Count];
        block.Energies[..before.Length].CopyTo(before);
        Rows proposals = block.Scratch.Slice(0, block.States.Count);
        for (int i = 0; i < proposals.Count; i++)
        {
            block.Noise.FillNormal(proposals[i], block.FirstChain + (uint)i, 0, options.Scale);
            for (int j = 0; j < width; j++)
                proposals[i][j] += block.States[i][j];
        }
        Energy.Evaluate(proposals, block.EnergyRows);
        for (int i = 0; i < before.Length; i++)
        {
            double rise = (double)block.Energies[i] - before[i];
            block.EnergyErrors[i] += Math.Abs(rise);
            block.SquaredNorms[i] = 0;
            // The uniform draw comes after the normal ones, which take whole groups of 64.
            if (rise <= 0 || Math.Log(block.Noise.Uniform(block.FirstChain + (uint)i, (width + 63) / 64 * 64)) < -rise)
            {
                proposals[i].CopyTo(block.States[i]);
                block.Accepted[i]++;
            }
            else
            {
                block.Energies[i] = before[i];
            }
        }
    }
}
