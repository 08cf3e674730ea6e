using Joule.Gpu.Plans;
using Joule.Gpu.Ptx;

namespace Joule.Gpu.Kernels;

/// <summary>What memory a kernel over global memory works on.</summary>
internal enum OperandKind
{
    /// <summary>The values of a <see cref="PlanValue"/>, one chain's plane after the other's.</summary>
    Values,

    /// <summary>Their gradient.</summary>
    Gradient,

    /// <summary>The slopes of the function that made them, cells without a border.</summary>
    Slopes,

    /// <summary>The packed weights, from a float on.</summary>
    Weights,

    /// <summary>The sums of a product's parts.</summary>
    Partials,

    /// <summary>An energy for each chain.</summary>
    Energies,

    /// <summary>The states of the launch, in the public order.</summary>
    States,

    /// <summary>A weight for the energy of each chain: what the gradient of the parameters begins with.</summary>
    ChainWeights,

    /// <summary>A weight for the derivative of the energy along each chain's direction, as <see cref="ChainWeights"/>.</summary>
    DirectionWeights,

    /// <summary>The gradient of the parameters, to which launches add.</summary>
    ParameterGradient,
}

/// <summary>A memory that a kernel works on.</summary>
/// <param name="Kind">Its kind.</param>
/// <param name="Value">The value, for the first three kinds.</param>
/// <param name="From">The first float, of weights and of the gradient of the parameters.</param>
internal readonly record struct GlobalOperand(OperandKind Kind, PlanValue? Value = null, int From = 0);

/// <summary>A kernel over global memory with what it works on. Its parameters: the number of chains, and the operands.</summary>
/// <param name="Text">The kernel; layers of one shape have the same.</param>
/// <param name="Operands">The operands, in order.</param>
/// <param name="Blocks">Blocks of a launch for a number of chains.</param>
/// <param name="PartialFloats">Floats of the product's parts for a number of chains; null: none.</param>
internal sealed record GlobalLaunch(
    KernelText Text, IReadOnlyList<GlobalOperand> Operands, Func<int, int> Blocks, Func<int, long>? PartialFloats = null);

/// <summary>A kernel over global memory that is being written.</summary>
/// <param name="threads">Threads of a block, a multiple of 32 unless the kernel is a product.</param>
internal sealed class GlobalFrame(int threads)
{
    private readonly List<GlobalOperand> _operands = [];
    private readonly List<Address> _addresses = [];
    private U32? _count;

    /// <summary>The block of threads.</summary>
    public BlockFrame Block { get; } = new(1, threads);

    /// <summary>The writer.</summary>
    public PtxWriter W => Block.W;

    /// <summary>The number of chains.</summary>
    public U32 Count => _count ?? throw new InvalidOperationException("Call Begin first.");

    /// <summary>Declares the first parameter; called once, before anything else.</summary>
    public void Begin() => _count = W.WordParameter("count");

    /// <summary>The address of an operand, which becomes a parameter. Called before any branch for each operand.</summary>
    public Address Of(GlobalOperand operand)
    {
        int at = _operands.IndexOf(operand);
        if (at >= 0)
            return _addresses[at];
        _operands.Add(operand);
        _addresses.Add(W.Pointer($"memory{_operands.Count}"));
        return _addresses[^1];
    }

    /// <summary>Writes a body for an item of each thread of all blocks, below a number for each chain.</summary>
    public void Each(int itemsOfChain, Action<U32> body)
    {
        U32 item = W.MultiplyAdd(W.Block(), (uint)threads, Block.Thread);
        W.If(W.Less(item, W.Multiply(Count, (uint)itemsOfChain)), () => body(item));
    }

    /// <summary>The finished kernel with its operands.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="blocks">Blocks of a launch for a number of chains.</param>
    /// <param name="partialFloats">Floats of the product's parts for a number of chains; null: none.</param>
    public GlobalLaunch Finish(string name, Func<int, int> blocks, Func<int, long>? partialFloats = null) =>
        new(W.Finish(name, threads), [.. _operands], blocks, partialFloats);

    /// <summary>As <see cref="Finish"/>, for a kernel of <see cref="Each"/>.</summary>
    public GlobalLaunch FinishEach(string name, int itemsOfChain) =>
        Finish(name, count => checked((int)(((long)count * itemsOfChain + threads - 1) / threads)));
}
