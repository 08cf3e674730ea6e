using Joule.Compute;

namespace Joule.Samplers;

/// <summary>A block of new chains.</summary>
public readonly ref struct ChainStart
{
    private readonly Rows[] _kept;
    private readonly int _first;

    internal ChainStart(Rows states, Rows[] kept, int first) => (States, _kept, _first) = (states, kept, first);

    /// <summary>The initial states.</summary>
    public Rows States { get; }

    /// <summary>The rows of a kept part to be written, one per chain.</summary>
    /// <param name="part">The index of the part in <see cref="Sampler.Kept"/>.</param>
    public Rows Kept(int part) => _kept[part].Slice(_first, States.Count);
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
    /// states are unchanged since. A sampler that leaves them at the states need not compute them again; it would get the same bits.
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

    /// <summary>
    /// Stops the chains. The loop looks at it before each step; a sampler whose steps are long also looks within a step, and throws.
    /// </summary>
    public CancellationToken Cancellation { get; init; }

    internal Rows[] AllKept { get; init; }

    internal int FirstRow { get; init; }

    /// <summary>A part that the chains keep between steps, one row per chain.</summary>
    /// <param name="part">The index of the part in <see cref="Sampler.Kept"/>.</param>
    public Rows Kept(int part) => AllKept[part].Slice(FirstRow, States.Count);
}
