using Joule.Gpu.Plans;
using Joule.Gpu.Ptx;

namespace Joule.Gpu.Kernels;

/// <summary>
/// What kernels of chains over global memory share: a block for each chain, the walls, and the draws of a step, which are those of the
/// processor, bit for bit.
/// </summary>
/// <remarks>
/// After the number of chains and the operands come these parameters: the walls; the seed, the step and the first chain of the draws. A
/// kernel's own follow.
/// </remarks>
internal abstract class GlobalChain
{
    private const int Group = 64, Lanes = 16; // draws of a group, and blocks of the generator that make them

    private readonly PlanValue _states;
    private readonly Address _plane;
    private readonly NormalDraws _draws;
    private readonly U32 _chain;

    /// <summary>Declares the parameters.</summary>
    /// <param name="states">The states' value.</param>
    /// <param name="threads">Threads of a block.</param>
    /// <param name="operands">Further operands.</param>
    protected GlobalChain(PlanValue states, int threads, params ReadOnlySpan<GlobalOperand> operands)
    {
        _states = states;
        Frame = new GlobalFrame(threads);
        Frame.Begin();
        _plane = Frame.Of(new GlobalOperand(OperandKind.Values, states));
        foreach (GlobalOperand operand in operands)
            Frame.Of(operand);
        (Low, High) = (W.FloatParameter("low"), W.FloatParameter("high"));
        _draws = new NormalDraws(W, W.WordParameter("seed_low"), W.WordParameter("seed_high"));
        (StepLow, StepHigh) = (W.WordParameter("step_low"), W.WordParameter("step_high"));
        Row = W.Block();
        _chain = W.Add(Row, W.WordParameter("first_chain"));
    }

    /// <summary>The gradient of the states.</summary>
    protected static GlobalOperand Gradient(PlanValue states) => new(OperandKind.Gradient, states);

    /// <summary>The energies where the last gradient was taken.</summary>
    protected static GlobalOperand Energies => new(OperandKind.Energies);

    /// <summary>The kernel.</summary>
    protected GlobalFrame Frame { get; }

    /// <summary>The writer.</summary>
    protected PtxWriter W => Frame.W;

    /// <summary>Numbers of a state.</summary>
    protected int Width => _states.Plane.Numbers;

    /// <summary>The chain, among those of the launch.</summary>
    protected U32 Row { get; }

    /// <summary>The lower wall.</summary>
    protected F32 Low { get; }

    /// <summary>The upper wall.</summary>
    protected F32 High { get; }

    private U32 StepLow { get; }

    private U32 StepHigh { get; }

    /// <summary>Writes a body for every number of the chain: its index, and its normal draw if wanted.</summary>
    protected void EachDraw(bool withNoise, Action<U32, F32?> body) => W.Repeat(
        Frame.Block.Thread, (uint)Frame.Block.Threads, (uint)ChainKernel.BlocksOf(Width), counter =>
        {
            F32[] noise = withNoise ? _draws.Normals(counter, _chain, StepLow, StepHigh) : [];
            U32 first = W.MultiplyAdd(W.Divide(counter, Lanes), Group, W.Remainder(counter, Lanes));
            for (int n = 0; n < 4 && n * Lanes < Width; n++)
            {
                int draw = n;
                U32 number = W.Add(first, (uint)(n * Lanes));
                W.If(W.Less(number, (uint)Width), () => body(number, withNoise ? noise[draw] : null));
            }
        });

    /// <summary>The logarithm of the uniform draw after the chain's normal ones.</summary>
    protected F64 LogUniform() => _draws.LogUniform(
        _draws.Words(W.Constant((uint)((Width + Group - 1) / Group * Lanes)), _chain, StepLow, StepHigh)[0]);

    /// <summary>The address of a number of the state.</summary>
    protected Address StateAt(U32 number) => W.Element(_plane, GlobalCells.Number(W, _states.Plane, Row, number), 4);

    /// <summary>A number of the gradient.</summary>
    protected F32 LoadGradient(U32 number) =>
        W.LoadGlobal(W.Element(Frame.Of(Gradient(_states)), GlobalCells.Number(W, _states.Gradient, Row, number), 4));

    /// <summary>Notes a chain's energy and norm; from the first ones that are not finite on, they stay, with the step.</summary>
    /// <param name="energy">The energy.</param>
    /// <param name="norm">The squared norm of the gradient.</param>
    /// <param name="step">The step of the launch.</param>
    /// <param name="places">Where energies, norms and the first steps that failed go.</param>
    protected void Note(F32 energy, F32 norm, U32 step, (Address Energies, Address Norms, Address Failed) places)
    {
        Address failed = W.Element(places.Failed, Row, 4);
        W.If(W.IsZero(W.Add(W.LoadGlobalWord(failed), 1)), () =>
        {
            W.StoreGlobal(W.Element(places.Energies, Row, 4), 0, energy);
            W.StoreGlobal(W.Element(places.Norms, Row, 4), 0, norm);
            W.Unless(W.Both(W.IsFinite(energy), W.IsFinite(norm)), () => W.StoreGlobal(failed, 0, step));
        });
    }
}
