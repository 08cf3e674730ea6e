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

    /// <summary>
    /// The index in <see cref="Kept"/> of what masses belong to, where a chain does not walk in its state itself; null where it does.
    /// </summary>
    public virtual int? MassPart => null;

    /// <summary>
    /// Rows of scratch memory per chain, as wide as a state. They are kept between steps only while <see cref="ChainBlock.Continues"/>.
    /// </summary>
    public virtual int ScratchRows => 0;

    /// <summary>Float64 scratch numbers per chain, kept as <see cref="ScratchRows"/> are.</summary>
    public virtual int ScratchNumbers => 0;

    /// <summary>
    /// The parts of a step between which all chains meet: 1 for chains that do not know of each other. In a later part, each chain may read
    /// what the others had before it.
    /// </summary>
    public virtual int Phases => 1;

    /// <summary>Float64 numbers that all chains share during a step of several phases.</summary>
    public virtual int SharedNumbers => 0;

    /// <summary>
    /// Writes what new chains keep, over zeroed memory. A pure function of the states without random draws: the result must not depend on
    /// when and with which other chains it is called.
    /// </summary>
    public virtual void Init(Device device, in ChainStart start) { }

    /// <summary>Advances a block of chains by one step, or by one phase of it.</summary>
    public abstract void Step(Device device, in ChainBlock block);

    /// <summary>What the chains tell about the sampler's work since their warm-up, for example round trips between temperatures.</summary>
    /// <param name="memory">What the chains keep.</param>
    /// <param name="steps">Steps of each chain since then.</param>
    public virtual IReadOnlyList<SamplerFigure> Figures(ChainMemory memory, long steps) => [];

    /// <summary>The estimate of ln Z from all steps since the warm-up; null for a sampler that does not estimate it.</summary>
    /// <param name="memory">What the chains keep.</param>
    public virtual LogPartitionEstimate? LogPartition(ChainMemory memory) => null;
}
