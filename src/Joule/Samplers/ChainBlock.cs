using Joule.Compute;

namespace Joule.Samplers;

/// <summary>Chains that start.</summary>
public readonly ref struct ChainStart
{
    private readonly Rows[] _kept;
    private readonly int _first;

    internal ChainStart(Rows states, Rows[] kept, int first) => (States, _kept, _first) = (states, kept, first);

    /// <summary>The states that they start from.</summary>
    public Rows States { get; }

    /// <summary>What they keep, one row a chain, to be written.</summary>
    /// <param name="part">The place of the part in <see cref="Sampler.Kept"/>.</param>
    public Rows Kept(int part) => _kept[part].Slice(_first, States.Count);
}

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
    /// True where <see cref="Gradient"/>, <see cref="Energies"/> and <see cref="SquaredNorms"/> are what this sampler's last step left, and
    /// nobody touched the states since: a sampler that leaves them at the states themselves need not take them again. It would find the
    /// same bits.
    /// </summary>
    public bool Continues { get; init; }

    /// <summary>
    /// <see cref="Sampler.ScratchRows"/> rows for every chain: all chains' first rows, then all their second rows, and so on.
    /// </summary>
    public Rows Scratch { get; init; }

    /// <summary><see cref="Sampler.ScratchNumbers"/> numbers in float64 for every chain, in the same order: two words a row.</summary>
    public Rows NumberRows { get; init; }

    /// <summary>A sampler with an accept test adds 1 for a chain whose proposal it accepts.</summary>
    public Span<int> Accepted { get; init; }

    /// <summary>A sampler with an accept test adds 1 for a chain whose proposal diverged.</summary>
    public Span<int> Divergent { get; init; }

    /// <summary>A sampler with an accept test adds |ΔH| of a chain's proposal, in nats, where that did not diverge.</summary>
    public Span<double> EnergyErrors { get; init; }

    internal Rows[] AllKept { get; init; }

    internal int FirstRow { get; init; }

    /// <summary>What the chains keep between steps, one row a chain.</summary>
    /// <param name="part">The place of the part in <see cref="Sampler.Kept"/>.</param>
    public Rows Kept(int part) => AllKept[part].Slice(FirstRow, States.Count);
}
