using Joule.Compute;
using Joule.Energies;

namespace Joule.Samplers;

/// <summary>What one block of chains has in hand during a step.</summary>
/// <param name="States">The chains' states, advanced in place.</param>
/// <param name="Gradient">Memory for ∇ₓE, as many rows.</param>
/// <param name="Energies">Receives every chain's energy at the point where the gradient was taken, in nats.</param>
/// <param name="SquaredNorms">Receives every chain's ‖∇ₓE‖² at that point.</param>
/// <param name="FirstChain">The number of the block's first chain: what its random draws belong to.</param>
/// <param name="Noise">The random draws of this step.</param>
public readonly ref struct ChainBlock(Rows States, Rows Gradient, Span<float> Energies, Span<float> SquaredNorms, uint FirstChain, RandomStream Noise)
{
    /// <summary>The chains' states, advanced in place.</summary>
    public Rows States { get; } = States;

    /// <summary>Memory for ∇ₓE, as many rows.</summary>
    public Rows Gradient { get; } = Gradient;

    /// <summary>Receives every chain's energy at the point where the gradient was taken, in nats.</summary>
    public Span<float> Energies { get; } = Energies;

    /// <summary>Receives every chain's ‖∇ₓE‖² at that point.</summary>
    public Span<float> SquaredNorms { get; } = SquaredNorms;

    /// <summary>The number of the block's first chain.</summary>
    public uint FirstChain { get; } = FirstChain;

    /// <summary>The random draws of this step.</summary>
    public RandomStream Noise { get; } = Noise;
}

/// <summary>A Markov chain's transition. It advances a block of chains in place; one loop, <see cref="ChainLoop"/>, does all the rest.</summary>
public abstract class Sampler
{
    /// <summary>Advances a block of chains by one step.</summary>
    public abstract void Step(Device device, DifferentiableEnergy energy, in ChainBlock block);
}
