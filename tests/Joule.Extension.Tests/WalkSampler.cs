using Joule.Compute;
using Joule.Energies;
using Joule.Samplers;

namespace Joule.Extension.Tests;

/// <summary>Options of <see cref="WalkSampler"/>.</summary>
[Named("walk", "a random walk with an accept test", paper: "Metropolis et al. 1953")]
public sealed record WalkOptions : SamplerOptions
{
    /// <summary>Standard deviation of a proposal, in units of the state.</summary>
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

/// <summary>
/// Random-walk Metropolis (Metropolis et al., J. Chem. Phys. 21:1087, 1953): a step proposes y = x + σξ and accepts it with probability
/// min(1, exp(E(x) − E(y))). A proposal outside the domain is rejected, so the chain is exact in a box too. It needs no gradient.
/// </summary>
public sealed class WalkSampler : Sampler
{
    private readonly float _scale;

    /// <summary>Creates the sampler.</summary>
    /// <exception cref="InvalidInputException">An option is out of range.</exception>
    public WalkSampler(Energy energy, WalkOptions options) : base(energy)
    {
        options.ThrowIfInvalid("the walk sampler");
        _scale = options.Scale;
    }

    /// <inheritdoc/>
    public override bool HasAcceptTest => true;

    /// <summary>One row per chain, for its proposal.</summary>
    public override int ScratchRows => 1;

    /// <inheritdoc/>
    public override void Step(Device device, in ChainBlock block)
    {
        int count = block.States.Count, width = block.States.Width;
        // The last step left the energies of the states, unless something else has changed the states since.
        if (!block.Continues)
            Energy.Evaluate(block.States, block.EnergyRows);
        Span<float> before = stackalloc float[count];
        block.Energies[..count].CopyTo(before);
        Rows proposals = block.Scratch.Slice(0, count);
        for (int i = 0; i < count; i++)
        {
            block.Noise.FillNormal(proposals[i], block.FirstChain + (uint)i, 0, _scale);
            for (int j = 0; j < width; j++)
                proposals[i][j] += block.States[i][j];
        }
        Energy.Evaluate(proposals, block.EnergyRows);
        // A chain's normal draws use whole groups of 64; its uniform draw comes after them.
        int uniform = (width + 63) / 64 * 64;
        for (int i = 0; i < count; i++)
        {
            double rise = (double)block.Energies[i] - before[i];
            block.SquaredNorms[i] = 0;
            if (!double.IsFinite(rise))
                block.Divergent[i]++;
            else
                block.EnergyErrors[i] += Math.Abs(rise);
            bool accepts = double.IsFinite(rise) && Energy.Space.FirstOutside(proposals[i]) < 0
                && Math.Log(block.Noise.Uniform(block.FirstChain + (uint)i, uniform)) < -rise;
            if (accepts)
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
