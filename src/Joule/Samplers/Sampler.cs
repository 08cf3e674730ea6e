using Joule.Compute;
using Joule.Energies;

namespace Joule.Samplers;

/// <summary>
/// A Markov chain's transition on one energy. <see cref="SamplerOptions.Create"/> makes it and binds what it needs of the energy. It
/// advances a block of chains in place; one loop, <see cref="ChainLoop"/>, does all the rest. It holds no state of a chain, and any number
/// of threads may use it at once.
/// </summary>
public abstract class Sampler
{
    /// <summary>Binds the sampler to an energy.</summary>
    protected Sampler(Energy energy)
    {
        ArgumentNullException.ThrowIfNull(energy);
        Energy = energy;
    }

    /// <summary>The energy that the chains walk on.</summary>
    public Energy Energy { get; }

    /// <summary>
    /// Whether a step is a proposal that may be rejected: then acceptance, divergent proposals and energy errors are counted.
    /// </summary>
    public virtual bool HasAcceptTest => false;

    /// <summary>
    /// What a chain keeps between two steps beside its state. Energies and gradients do not belong here: they follow from the state.
    /// </summary>
    public virtual IReadOnlyList<KeptPart> Kept => [];

    /// <summary>Rows of memory, as wide as a state, that a step needs for every chain. What they hold between two steps is not
    /// kept.</summary>
    public virtual int ScratchRows => 0;

    /// <summary>Numbers in float64 that a step needs for every chain, kept no longer.</summary>
    public virtual int ScratchNumbers => 0;

    /// <summary>
    /// Writes what chains keep at their start. The memory is zero before. It is a pure function of the states: it draws nothing, so it does
    /// not matter when and with which other chains it is called.
    /// </summary>
    public virtual void Init(Device device, in ChainStart start) { }

    /// <summary>Advances a block of chains by one step.</summary>
    public abstract void Step(Device device, in ChainBlock block);
}
