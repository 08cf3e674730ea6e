using Joule.Objectives;
using Joule.Samplers;
using Joule.States;

namespace Joule.Training;

/// <summary>What a sentinel has to know of the training.</summary>
/// <param name="EnergyRegularization">α, in 1/nat.</param>
/// <param name="Persistent">Whether chains live on from update to update.</param>
/// <param name="NoiseMovement">How far a chain's noise alone would carry it in an update, in units of the state: above 0, or 0 where chains need not move.</param>
/// <param name="Width">The width of the domain, in the same units.</param>
public readonly record struct SentinelContext(double EnergyRegularization, bool Persistent, double NoiseMovement, double Width = 1)
{
    /// <summary>Slots of the buffer that chains live in; 0 where there is none.</summary>
    public int Slots { get; init; }

    /// <summary>Whether chains that should move make no step at all.</summary>
    public bool HasNoSteps { get; init; }

    // Of the domain: chains without noise have to move further than this part of it, or they do not move.
    private const double LeastMovement = 1e-4;

    /// <summary>What there is to know of a training and how it was mended.</summary>
    public static SentinelContext Of(TrainerSetup setup, Mending mending)
    {
        ArgumentNullException.ThrowIfNull(setup);
        ArgumentNullException.ThrowIfNull(mending);
        NegativesOptions negatives = setup.Negatives;
        SamplerOptions sampler = negatives.Sampler.Scaled(mending.StepSize);
        // Fresh noise without a step is a negative of its own, the naive one; a chain of a buffer or from the data that does not move is stuck.
        bool moves = negatives is BufferNegativesOptions or DataNegativesOptions || negatives.Steps > 0;
        double step = sampler.NoiseOfStep(), width = StateWidth.Of(setup.Train);
        double noise = Math.Max(step * Math.Sqrt(Math.Max(1, negatives.Steps * mending.Steps)), LeastMovement * width);
        return new SentinelContext(mending.RegularizationOf(setup.EnergyRegularization), negatives is BufferNegativesOptions, moves ? noise : 0, width)
        {
            Slots = (negatives as BufferNegativesOptions)?.Slots ?? 0,
            HasNoSteps = moves && negatives.Steps == 0,
        };
    }
}
