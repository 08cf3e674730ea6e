using Joule.Gpu.Plans;
using Joule.Gpu.Ptx;

namespace Joule.Gpu.Kernels;

/// <summary>
/// A Langevin step on states in global memory whose gradient has been taken, as <see cref="LangevinKernel"/>, with the same draws; a block
/// for each chain. After the number of chains and the operands come these parameters: the walls; the seed, the step and the first chain of
/// the draws; the noise scale. The step has more: the number of the step in the launch, step size, limit of the gradient, and where
/// energies, squared norms and the first steps that failed go.
/// </summary>
internal sealed class GlobalLangevin
{
    private const int Group = 64, Lanes = 16; // draws of a group, and blocks of the generator that make them

    private readonly GlobalFrame _frame;
    private readonly PlanValue _states;
    private readonly Address _plane;
    private readonly F32 _low, _high, _sigma;
    private readonly NormalDraws _draws;
    private readonly U32 _stepLow, _stepHigh, _chain;

    private GlobalLangevin(PlanValue states, int threads, Action<GlobalFrame> declare)
    {
        _states = states;
        _frame = new GlobalFrame(threads);
        _frame.Begin();
        _plane = _frame.Of(new GlobalOperand(OperandKind.Values, states));
        declare(_frame);
        (_low, _high) = (W.FloatParameter("low"), W.FloatParameter("high"));
        _draws = new NormalDraws(W, W.WordParameter("seed_low"), W.WordParameter("seed_high"));
        (_stepLow, _stepHigh) = (W.WordParameter("step_low"), W.WordParameter("step_high"));
        _chain = W.Add(W.Block(), W.WordParameter("first_chain"));
        _sigma = W.FloatParameter("noise_scale");
    }

    private PtxWriter W => _frame.W;

    /// <summary>Adds the noise of a step that comes before the gradient is taken.</summary>
    /// <param name="states">The states' value.</param>
    /// <param name="threads">Threads of a block.</param>
    public static GlobalLaunch Noise(PlanValue states, int threads)
    {
        GlobalLangevin kernel = new(states, threads, _ => { });
        kernel.EachDraw((address, _, draw) => kernel.Move(address, kernel.W.LoadGlobal(address), draw), withNoise: true);
        return kernel._frame.Finish("langevin_noise", count => count);
    }

    /// <summary>The step.</summary>
    /// <param name="states">The states' value.</param>
    /// <param name="withNoise">Whether noise is added; otherwise it came before.</param>
    /// <param name="threads">Threads of a block.</param>
    public static GlobalLaunch Step(PlanValue states, bool withNoise, int threads)
    {
        GlobalOperand gradient = new(OperandKind.Gradient, states), energies = new(OperandKind.Energies);
        GlobalLangevin kernel = new(states, threads, frame =>
        {
            frame.Of(gradient);
            frame.Of(energies);
        });
        kernel.WriteStep(kernel._frame.Of(gradient), kernel._frame.Of(energies), withNoise);
        return kernel._frame.Finish(withNoise ? "langevin" : "langevin_noise_first", count => count);
    }

    private void WriteStep(Address gradient, Address energies, bool withNoise)
    {
        U32 step = W.WordParameter("step");
        F32 minusStep = W.Negate(W.FloatParameter("step_size")), clip = W.FloatParameter("gradient_clip"), minusClip = W.Negate(clip);
        Address lastEnergies = W.Pointer("energies"), lastNorms = W.Pointer("norms"), failed = W.Pointer("failed");
        ChainSums norms = new(_frame.Block, _frame.Block.Threads);
        W.BeginShared();
        F32 squares = W.Constant(0f);
        EachDraw((address, number, noise) =>
        {
            F32 slope = W.LoadGlobal(W.Element(gradient, GlobalCells.Number(W, _states.Gradient, W.Block(), number), 4));
            W.Accumulate(squares, slope, slope);
            F32 limited = W.Min(W.Max(slope, minusClip), clip);
            Move(address, W.MultiplyAdd(minusStep, limited, W.LoadGlobal(address)), noise);
        }, withNoise);
        norms.Store(W.Constant(0u), _frame.Block.Thread, squares);
        W.Barrier();
        norms.Gather();
        if (norms.HasLanes)
            W.Barrier();
        _frame.Block.ForChains(() =>
        {
            U32 row = W.Block();
            Address failedAt = W.Element(failed, row, 4);
            F32 energy = W.LoadGlobal(W.Element(energies, row, 4)), norm = norms.Sum();
            // From the first energy or norm that is not finite on, they stay.
            W.If(W.IsZero(W.Add(W.LoadGlobalWord(failedAt), 1)), () =>
            {
                W.StoreGlobal(W.Element(lastEnergies, row, 4), 0, energy);
                W.StoreGlobal(W.Element(lastNorms, row, 4), 0, norm);
                W.Unless(W.Both(W.IsFinite(energy), W.IsFinite(norm)), () => W.StoreGlobal(failedAt, 0, step));
            });
        });
    }

    // Every number of the block's chain: its address, itself, and its draw.
    private void EachDraw(Action<Address, U32, F32?> body, bool withNoise)
    {
        int width = _states.Plane.Numbers;
        W.Repeat(_frame.Block.Thread, (uint)_frame.Block.Threads, (uint)ChainKernel.BlocksOf(width), counter =>
        {
            F32[] noise = withNoise ? _draws.Normals(counter, _chain, _stepLow, _stepHigh) : [];
            U32 first = W.MultiplyAdd(W.Divide(counter, Lanes), Group, W.Remainder(counter, Lanes));
            for (int n = 0; n < 4 && n * Lanes < width; n++)
            {
                int draw = n;
                U32 number = W.Add(first, (uint)(n * Lanes));
                W.If(W.Less(number, (uint)width), () => body(
                    W.Element(_plane, GlobalCells.Number(W, _states.Plane, W.Block(), number), 4), number, withNoise ? noise[draw] : null));
            }
        });
    }

    private void Move(Address at, F32 from, F32? noise)
    {
        F32 moved = noise is { } draw ? W.MultiplyAdd(_sigma, draw, from) : from;
        W.StoreGlobal(at, 0, W.Min(W.Max(moved, _low), _high));
    }
}
