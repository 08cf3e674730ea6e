using Joule.Compute;
using Joule.Energies;

namespace Joule.Samplers;

/// <summary>What one block of chains has in hand during a step.</summary>
public readonly ref struct ChainBlock
{
    /// <summary>The chains' states, advanced in place.</summary>
    public required Rows States { get; init; }

    /// <summary>Memory for ∇ₓE, as many rows.</summary>
    public required Rows Gradient { get; init; }

    /// <summary>Receives every chain's energy at the point where the gradient was taken, in nats: one number a row.</summary>
    public required Rows EnergyRows
    {
        get;
        init
        {
            field = value;
            Energies = value.Span;
        }
    }

    /// <summary>Receives every chain's ‖∇ₓE‖² at that point: one number a row.</summary>
    public required Rows NormRows
    {
        get;
        init
        {
            field = value;
            SquaredNorms = value.Span;
        }
    }

    /// <summary><see cref="EnergyRows"/> as numbers.</summary>
    public Span<float> Energies { get; private init; }

    /// <summary><see cref="NormRows"/> as numbers.</summary>
    public Span<float> SquaredNorms { get; private init; }

    /// <summary>The number of the block's first chain: what its random draws belong to.</summary>
    public required uint FirstChain { get; init; }

    /// <summary>The random draws of this step.</summary>
    public required RandomStream Noise { get; init; }

    /// <summary>
    /// True where <see cref="Gradient"/>, <see cref="Energies"/> and <see cref="SquaredNorms"/> are what this sampler's last step left, and nobody touched the states since:
    /// a sampler that leaves them at the states themselves need not take them again. It would find the same bits.
    /// </summary>
    public bool Continues { get; init; }

    /// <summary><see cref="Sampler.ScratchRows"/> rows for every chain: all chains' first rows, then all their second rows, and so on.</summary>
    public Rows Scratch { get; init; }

    /// <summary><see cref="Sampler.ScratchNumbers"/> numbers for every chain, in the same order.</summary>
    public Span<double> Numbers { get; init; }

    /// <summary>A sampler with an accept test adds 1 for a chain whose proposal it accepts.</summary>
    public Span<int> Accepted { get; init; }

    /// <summary>A sampler with an accept test adds 1 for a chain whose proposal diverged.</summary>
    public Span<int> Divergent { get; init; }
}

/// <summary>A Markov chain's transition. It advances a block of chains in place; one loop, <see cref="ChainLoop"/>, does all the rest.</summary>
public abstract class Sampler
{
    /// <summary>Rows of memory, as wide as a state, that a step needs for every chain. What they hold between two steps is not kept.</summary>
    public virtual int ScratchRows => 0;

    /// <summary>Numbers in float64 that a step needs for every chain, kept no longer.</summary>
    public virtual int ScratchNumbers => 0;

    /// <summary>Advances a block of chains by one step.</summary>
    public abstract void Step(Device device, IDifferentiable energy, in ChainBlock block);
}
