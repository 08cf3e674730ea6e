using Joule.Compute;

namespace Joule.Samplers;

/// <summary>A block of new chains.</summary>
public readonly ref struct ChainStart
{
    private readonly Rows[] _kept;
    private readonly int _first;
    private readonly int _firstPart;

    internal ChainStart(Rows states, Rows[] kept, int first) => (States, _kept, _first) = (states, kept, first);

    private ChainStart(Rows states, Rows[] kept, int first, int firstPart) =>
        (States, _kept, _first, _firstPart) = (states, kept, first, firstPart);

    /// <summary>The initial states.</summary>
    public Rows States { get; }

    /// <summary>The rows of a kept part to be written, one per chain.</summary>
    /// <param name="part">The index of the part in <see cref="Sampler.Kept"/>.</param>
    public Rows Kept(int part) => _kept[_firstPart + part].Slice(_first, States.Count);

    /// <summary>The same chains as seen by a sampler inside the one that they start for.</summary>
    /// <param name="states">The inner sampler's states, one per chain.</param>
    /// <param name="firstPart">The index of its first kept part among the outer sampler's.</param>
    public ChainStart Inner(Rows states, int firstPart) => new(states, _kept, _first, _firstPart + firstPart);
}

/// <summary>The working memory of a block of chains during a step.</summary>
public readonly ref struct ChainBlock
{
    /// <summary>The chains' states, advanced in place.</summary>
    public required Rows States { get; init; }

    /// <summary>Memory for ∇ₓE, as many rows.</summary>
    public required Rows Gradient { get; init; }

    /// <summary>Receives each chain's energy where the gradient was taken, in nats: one number per row.</summary>
    public required Rows EnergyRows
    {
        get;
        init
        {
            field = value;
            Energies = value.Span;
        }
    }

    /// <summary>Receives each chain's ‖∇ₓE‖² there: one number per row.</summary>
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

    /// <summary>The global number of the block's first chain, which its random draws depend on.</summary>
    public required uint FirstChain { get; init; }

    /// <summary>The random draws of this step.</summary>
    public required RandomStream Noise { get; init; }

    /// <summary>
    /// Whether <see cref="Gradient"/>, <see cref="Energies"/> and <see cref="SquaredNorms"/> are those of this sampler's last step and the
    /// states are unchanged since. A sampler that leaves them at the states need not compute them again; it would get the same bits. Then
    /// scratch memory, too, is as the last step left it.
    /// </summary>
    public bool Continues { get; init; }

    /// <summary>
    /// <see cref="Sampler.ScratchRows"/> rows per chain: all chains' first rows, then all their second rows, and so on.
    /// </summary>
    public Rows Scratch { get; init; }

    /// <summary><see cref="Sampler.ScratchNumbers"/> float64 numbers per chain, in the same order: two words per row.</summary>
    public Rows NumberRows { get; init; }

    /// <summary>A sampler with an accept test adds 1 for each chain whose proposal is accepted.</summary>
    public Span<int> Accepted { get; init; }

    /// <summary>A sampler with an accept test adds 1 for each chain whose proposal diverged.</summary>
    public Span<int> Divergent { get; init; }

    /// <summary>A sampler with an accept test adds |ΔH| of each proposal that did not diverge, in nats.</summary>
    public Span<double> EnergyErrors { get; init; }

    /// <summary>The part of the step, from 0 to <see cref="Sampler.Phases"/> − 1.</summary>
    public int Phase { get; init; }

    /// <summary>The states of all chains, for samplers with several phases.</summary>
    public Rows AllStates { get; init; }

    /// <summary>The gradients of all chains, for samplers with several phases.</summary>
    public Rows AllGradients { get; init; }

    /// <summary>
    /// <see cref="Sampler.SharedNumbers"/> float64 numbers of all chains together, for samplers with several phases: one block writes them
    /// in one phase, and all read them in a later one.
    /// </summary>
    public Span<double> Shared { get; init; }

    /// <summary>The index of the block's first chain among those of the run.</summary>
    public int FirstRow { get; init; }

    /// <summary>
    /// Stops the chains. The loop looks at it before each step; a sampler whose steps are long also looks within a step, and throws.
    /// </summary>
    public CancellationToken Cancellation { get; init; }

    internal Rows[] AllKept { get; init; }

    /// <summary>The index of the sampler's first kept part: not 0 inside another sampler.</summary>
    internal int FirstPart { get; init; }

    /// <summary>A part that the chains keep between steps, one row per chain.</summary>
    /// <param name="part">The index of the part in <see cref="Sampler.Kept"/>.</param>
    public Rows Kept(int part) => AllKept[FirstPart + part].Slice(FirstRow, States.Count);
}
