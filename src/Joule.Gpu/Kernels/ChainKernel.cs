using Joule.Gpu.Ptx;

namespace Joule.Gpu.Kernels;

/// <summary>
/// What the kernels of chains share: the parameters, the states' way in and out, the draws of a step, and the check for divergence. A
/// block takes its chains through all their steps in one launch. The draws are those of the processor, bit for bit.
/// </summary>
/// <remarks>
/// Parameters, in order: the energy's constants; states, in and out; energies and squared gradient norms where the last gradient was taken;
/// the first step of each chain at which they were not finite, or 2³² − 1, whose energy and norm are then those kept; numbers of chains and
/// steps; the walls; the seed, the first step and the first chain of the draws. A kernel's own follow.
/// </remarks>
internal abstract class ChainKernel
{
    private const int Group = 64, Lanes = 16; // draws of a group, and blocks of the generator that make them

    private readonly Address _constants, _states, _energies, _norms, _failed;
    private readonly U32 _count;
    private readonly U32 _firstChain;

    /// <summary>Declares the parameters.</summary>
    /// <param name="frame">The kernel.</param>
    /// <param name="energy">The energy, written into the frame.</param>
    protected ChainKernel(BlockFrame frame, EnergyEmitter energy)
    {
        (Frame, Energy) = (frame, energy);
        _constants = W.Pointer("constants");
        _states = W.Pointer("states");
        _energies = W.Pointer("energies");
        _norms = W.Pointer("norms");
        _failed = W.Pointer("failed");
        _count = W.WordParameter("count");
        Steps = W.WordParameter("steps");
        (Low, High) = (W.FloatParameter("low"), W.FloatParameter("high"));
        Draws = new NormalDraws(W, W.WordParameter("seed_low"), W.WordParameter("seed_high"));
        (StepLow, StepHigh) = (W.WordParameter("step_low"), W.WordParameter("step_high"));
        _firstChain = W.WordParameter("first_chain");
        Norms = new ChainSums(frame, Blocks);
    }

    /// <summary>The kernel.</summary>
    protected BlockFrame Frame { get; }

    /// <summary>The energy.</summary>
    protected EnergyEmitter Energy { get; }

    /// <summary>The writer.</summary>
    protected PtxWriter W => Frame.W;

    /// <summary>Numbers of a state.</summary>
    protected int Width => Energy.Width;

    /// <summary>Steps of the launch.</summary>
    protected U32 Steps { get; }

    /// <summary>The lower wall.</summary>
    protected F32 Low { get; }

    /// <summary>The upper wall.</summary>
    protected F32 High { get; }

    /// <summary>The draws.</summary>
    protected NormalDraws Draws { get; }

    /// <summary>The lower word of the step of the draws.</summary>
    protected U32 StepLow { get; }

    /// <summary>The upper word, with the purpose.</summary>
    protected U32 StepHigh { get; }

    /// <summary>Blocks of the generator that a chain's normal draws take; each makes up to four numbers.</summary>
    protected int Blocks => BlocksOf(Width);

    /// <summary>Blocks of the generator that the normal draws of a row take.</summary>
    /// <param name="width">Numbers of the row.</param>
    public static int BlocksOf(int width) => width / Group * Lanes + Math.Min(Lanes, width % Group);

    /// <summary>The parts of Σg² of each block of the generator.</summary>
    protected ChainSums Norms { get; }

    /// <summary>The first chain of the block among those of the launch.</summary>
    protected U32 FirstRow { get; private set; }

    /// <summary>The first chain of the block, as the draws count.</summary>
    protected U32 FirstDrawn { get; private set; }

    /// <summary>The step, from 0.</summary>
    protected U32 Step { get; private set; }

    private U32 Failed { get; set; }

    private F32 LastEnergy { get; set; }

    private F32 LastNorm { get; set; }

    /// <summary>Writes the kernel.</summary>
    /// <param name="name">Its name.</param>
    protected KernelText Write(string name)
    {
        W.BeginShared();
        _ = Frame.Thread;
        FirstRow = W.Multiply(W.Block(), (uint)Frame.Chains);
        FirstDrawn = W.Add(FirstRow, _firstChain);
        (Failed, Step) = (W.Constant(uint.MaxValue), W.Constant(0u));
        (LastEnergy, LastNorm) = (W.Constant(0f), W.Constant(0f));
        Energy.Begin(_constants, withGradient: true);
        Energy.Join();
        EachNumber((chain, number) => IfReal(chain, row => Energy.States.Store(W, chain, number,
            W.LoadGlobal(W.Element(_states, W.MultiplyAdd(row, (uint)Width, number), 4)))));
        W.Barrier();
        WriteSteps();
        EachNumber((chain, number) => IfReal(chain, row => W.StoreGlobal(
            W.Element(_states, W.MultiplyAdd(row, (uint)Width, number), 4), 0, Result.Load(W, chain, number))));
        KeepChain(row =>
        {
            W.StoreGlobal(W.Element(_energies, row, 4), 0, LastEnergy);
            W.StoreGlobal(W.Element(_norms, row, 4), 0, LastNorm);
            W.StoreGlobal(W.Element(_failed, row, 4), 0, Failed);
            StoreOwn(row);
        });
        Energy.Leave();
        return W.Finish($"{name}_{Frame.Suffix}", Frame.Threads, Frame.Blocks);
    }

    /// <summary>Where the states are at the end.</summary>
    protected virtual Numbers Result => Energy.States;

    /// <summary>
    /// Writes all steps. A barrier precedes it, and nothing may be written to <see cref="Result"/> after its last barrier.
    /// </summary>
    protected abstract void WriteSteps();

    /// <summary>Writes what the thread that keeps a chain stores of it at the end.</summary>
    protected virtual void StoreOwn(U32 row) { }

    /// <summary>Counts a step.</summary>
    protected void CountStep()
    {
        W.Increase(Step, 1);
        W.Increase(StepLow, 1);
    }

    /// <summary>
    /// Notes energy and norm of the chain that this thread keeps; from the first ones that are not finite on, they stay.
    /// </summary>
    protected void Note(F32 energy, F32 norm) => W.If(W.IsZero(W.Add(Failed, 1)), () =>
    {
        W.Assign(LastEnergy, energy);
        W.Assign(LastNorm, norm);
        W.Unless(W.Both(W.IsFinite(energy), W.IsFinite(norm)), () => W.Assign(Failed, Step));
    });

    /// <summary>Writes a body for every number of every chain, (chain of the block, number), in the order of the states' memory.</summary>
    protected void EachNumber(Action<U32, U32> body) => Frame.Spread(Frame.Chains * Width,
        item => body(W.Divide(item, (uint)Width), W.Remainder(item, (uint)Width)));

    /// <summary>
    /// Writes a body for every block of the generator, (chain of the block, generator's block, numbers): the same threads take the same
    /// numbers each time, so that what they alone use needs no barrier.
    /// </summary>
    protected void EachDraw(Action<U32, U32, Action<Action<int, U32>>> body) => Frame.Spread(Frame.Chains * Blocks, item =>
    {
        U32 chain = W.Divide(item, (uint)Blocks), counter = W.Remainder(item, (uint)Blocks);
        U32 first = W.MultiplyAdd(W.Divide(counter, Lanes), Group, W.Remainder(counter, Lanes));
        body(chain, counter, each =>
        {
            for (int n = 0; n < 4 && n * Lanes < Width; n++)
            {
                int draw = n;
                U32 number = W.Add(first, (uint)(n * Lanes));
                W.If(W.Less(number, (uint)Width), () => each(draw, number));
            }
        });
    });

    /// <summary>The normal draws of a block of the generator.</summary>
    protected F32[] Normals(U32 chain, U32 counter) => Draws.Normals(counter, W.Add(chain, FirstDrawn), StepLow, StepHigh);

    /// <summary>Writes a body for the threads that keep a chain which the launch has, given its row.</summary>
    protected void KeepChain(Action<U32> body) => Frame.ForChains(() =>
    {
        U32 row = W.Add(FirstRow, Frame.Thread);
        W.If(W.Less(row, _count), () => body(row));
    });

    private void IfReal(U32 chain, Action<U32> body)
    {
        U32 row = W.Add(FirstRow, chain);
        W.If(W.Less(row, _count), () => body(row));
    }
}
