using Joule.Compute;
using Joule.Energies;

namespace Joule.Samplers;

/// <summary>
/// A Markov chain's transition on one energy. <see cref="SamplerOptions.Create"/> creates it and binds the capabilities that it needs. It
/// advances a block of chains in place; <see cref="ChainLoop"/> does the rest. It holds no state of a chain, and any number of threads may
/// use it at once.
/// </summary>
public abstract class Sampler
{
    /// <summary>Binds the sampler to an energy.</summary>
    protected Sampler(Energy energy)
    {
        ArgumentNullException.ThrowIfNull(energy);
        Energy = energy;
    }

    /// <summary>The energy of the chains.</summary>
    public Energy Energy { get; }

    /// <summary>
    /// Whether a step is a proposal that may be rejected; if so, acceptance, divergent proposals and energy errors are counted.
    /// </summary>
    public virtual bool HasAcceptTest => false;

    /// <summary>
    /// What a chain keeps between steps besides its state. Energies and gradients are not included: they follow from the state.
    /// </summary>
    public virtual IReadOnlyList<KeptPart> Kept => [];

    /// <summary>Rows of scratch memory per chain, as wide as a state. They are not kept between steps.</summary>
    public virtual int ScratchRows => 0;

    /// <summary>Float64 scratch numbers per chain. They are not kept between steps.</summary>
    public virtual int ScratchNumbers => 0;

    /// <summary>
    /// Writes what new chains keep, over zeroed memory. A pure function of the states without random draws: the result must not depend on
    /// when and with which other chains it is called.
    /// </summary>
    public virtual void Init(Device device, in ChainStart start) { }

    /// <summary>Advances a block of chains by one step.</summary>
    public abstract void Step(Device device, in ChainBlock block);
}
