using Joule.Compute;
using Joule.Energies;

namespace Joule.Samplers;

/// <summary>
/// Scratch memory of a block, handed out in pieces. The pieces of a step are the same in every step, so what lies in them stays while
/// <see cref="ChainBlock.Continues"/>.
/// </summary>
internal ref struct BlockScratch(in ChainBlock block)
{
    private readonly Rows _wide = block.Scratch;
    private readonly Rows _numbers = block.NumberRows;
    private int _usedWide;
    private int _usedNumbers;

    /// <summary>Rows from <see cref="ChainBlock.Scratch"/>, of any width.</summary>
    public Rows Wide(int count, int width)
    {
        Rows rows = new(_wide.Buffer, _wide.Offset + _usedWide, count, width);
        _usedWide += rows.Length;
        if (_usedWide > _wide.Length)
            throw new InvalidOperationException($"A sampler declares {_wide.Length} floats of scratch and uses {_usedWide}.");
        return rows;
    }

    /// <summary>Float64 numbers: rows of two words.</summary>
    public Rows Numbers(int count)
    {
        Rows rows = _numbers.Slice(_usedNumbers, count);
        _usedNumbers += count;
        return rows;
    }

    /// <summary>Rows of one word, in the room of half as many float64 numbers, rounded up.</summary>
    public Rows Words(int count)
    {
        Rows numbers = Numbers((count + 1) / 2);
        return new Rows(numbers.Buffer, numbers.Offset, count, 1);
    }
}

/// <summary>What a sampler inside another needs besides its states: gradients, energies and norms, which stay with the states.</summary>
internal readonly ref struct NestedPlace(Rows gradient, Rows energies, Rows norms)
{
    /// <summary>Rows of scratch, as wide as its states, for each row of them.</summary>
    public const int WideRows = 1;

    /// <summary>Float64 numbers for each row.</summary>
    public const int Numbers = 2;

    /// <summary>∇E of every row.</summary>
    public Rows Gradient { get; } = gradient;

    /// <summary>The energy of every row.</summary>
    public Rows Energies { get; } = energies;

    /// <summary>‖∇E‖² of every row.</summary>
    public Rows Norms { get; } = norms;

    /// <summary>Whether energy and norm of a row are finite.</summary>
    public bool IsFinite(int row) => float.IsFinite(Energies.Span[row]) && float.IsFinite(Norms.Span[row]);

    /// <summary>Evaluates states.</summary>
    public void Evaluate(IDifferentiable energy, Rows states)
    {
        energy.Gradient(states, Energies, Gradient);
        Kernels.SquaredNorms(Gradient.Slice(0, states.Count), Norms.Span);
    }

    /// <summary>Copies all rows.</summary>
    public void CopyTo(in NestedPlace other)
    {
        Gradient.Span.CopyTo(other.Gradient.Span);
        Energies.Span.CopyTo(other.Energies.Span);
        Norms.Span.CopyTo(other.Norms.Span);
    }

    /// <summary>Copies one row.</summary>
    public void CopyTo(in NestedPlace other, int row)
    {
        Gradient[row].CopyTo(other.Gradient[row]);
        other.Energies.Span[row] = Energies.Span[row];
        other.Norms.Span[row] = Norms.Span[row];
    }

    /// <summary>Takes the memory for some rows of a width.</summary>
    public static NestedPlace Take(ref BlockScratch scratch, int rows, int width) =>
        new(scratch.Wide(rows, width), scratch.Words(rows), scratch.Words(rows));
}

/// <summary>Memory that samplers inside another share in turn: their scratch, and counts of proposals that the outer may read.</summary>
internal readonly ref struct NestedScratch
{
    private readonly Rows _wide;
    private readonly Rows _numbers;

    private NestedScratch(ref BlockScratch scratch, int rows, int width, int wideRows, int numbers)
    {
        _wide = scratch.Wide(wideRows * rows, width);
        _numbers = scratch.Numbers(numbers * rows);
        Accepted = scratch.Words(rows).Integers;
        Divergent = scratch.Words(rows).Integers;
        Errors = scratch.Numbers(rows).Doubles;
    }

    /// <summary>Accepted proposals of every row.</summary>
    public Span<int> Accepted { get; }

    /// <summary>Divergent proposals of every row.</summary>
    public Span<int> Divergent { get; }

    /// <summary>The sum of |ΔH| of every row.</summary>
    public Span<double> Errors { get; }

    /// <summary>Float64 numbers for each row, besides the samplers' own.</summary>
    public const int OwnNumbers = 3;

    /// <summary>Takes the memory for some rows of a width.</summary>
    /// <param name="scratch">The outer sampler's.</param>
    /// <param name="rows">The number of rows.</param>
    /// <param name="width">The width of a state.</param>
    /// <param name="wideRows">The most <see cref="Sampler.ScratchRows"/> among the samplers.</param>
    /// <param name="numbers">The most <see cref="Sampler.ScratchNumbers"/> among them.</param>
    public static NestedScratch Take(ref BlockScratch scratch, int rows, int width, int wideRows, int numbers) =>
        new(ref scratch, rows, width, wideRows, numbers);

    /// <summary>Refuses an inner sampler that keeps something between its steps.</summary>
    /// <exception cref="InvalidInputException">It keeps something, or its chains meet.</exception>
    public static void RequireNoMemory(Sampler inner, string user)
    {
        if (inner.Kept.Count == 0 && inner.Phases == 1)
            return;
        string what = inner.Phases > 1 ? "chains that meet in every step" : inner.Kept[0].Name;
        throw new InvalidInputException($"{user} need an inner sampler that keeps nothing between its steps; {inner.GetType().Name} keeps "
            + $"{what}. Use another, for example hmc, mala or nuts.");
    }

    /// <summary>Sets all counts to zero.</summary>
    public void ClearCounts()
    {
        Accepted.Clear();
        Divergent.Clear();
        Errors.Clear();
    }

    /// <summary>The block of a sampler inside another, whose counts go to this memory.</summary>
    /// <param name="sampler">The inner sampler.</param>
    /// <param name="outer">The outer sampler's block.</param>
    /// <param name="states">The inner chains' states.</param>
    /// <param name="place">Their gradients, energies and norms.</param>
    /// <param name="noise">Their draws.</param>
    /// <param name="firstChain">The number that the first of them draws as.</param>
    /// <param name="continues">Whether <paramref name="place"/> is that of the states.</param>
    /// <param name="firstPart">The index of the inner sampler's first kept part among the outer sampler's.</param>
    public ChainBlock Block(Sampler sampler, in ChainBlock outer, Rows states, in NestedPlace place, RandomStream noise, uint firstChain,
        bool continues, int firstPart = 0) => new()
        {
            States = states,
            Gradient = place.Gradient,
            EnergyRows = place.Energies,
            NormRows = place.Norms,
            FirstChain = firstChain,
            Noise = noise,
            Continues = continues,
            Scratch = sampler.ScratchRows == 0 ? default : _wide.Slice(0, sampler.ScratchRows * states.Count),
            NumberRows = sampler.ScratchNumbers == 0 ? default : _numbers.Slice(0, sampler.ScratchNumbers * states.Count),
            Accepted = Accepted,
            Divergent = Divergent,
            EnergyErrors = Errors,
            Cancellation = outer.Cancellation,
            AllKept = outer.AllKept,
            FirstRow = outer.FirstRow,
            FirstPart = outer.FirstPart + firstPart,
        };
}
