using Joule.Gpu.Plans;
using Joule.Gpu.Ptx;

namespace Joule.Gpu.Kernels;

/// <summary>
/// Leapfrog trajectories with an accept test on states in global memory, as <see cref="LeapfrogKernel"/>, in kernels between which the
/// gradient is taken. Their own parameters: kinetic energies at the start (float64), the chains' states, gradients and momenta in the
/// public order, energies and squared norms of the states, the scales of a diagonal metric, drift and kick. The last kernel has more: the
/// temperature, the number of the step in the launch, accepted and divergent proposals and sums of |ΔH|, added to, and where energies,
/// squared norms and the first steps that failed go.
/// </summary>
internal sealed class GlobalLeapfrog : GlobalChain
{
    private readonly WallKind _walls;
    private readonly bool _hasScale;
    private readonly Address _kinetics, _current, _slope, _momentum, _energies, _norms, _scale;
    private readonly F32 _drift, _kick;

    private GlobalLeapfrog(PlanValue states, WallKind walls, bool hasScale, int threads)
        : base(states, threads, Gradient(states), Energies)
    {
        (_walls, _hasScale) = (walls, hasScale);
        _kinetics = W.Pointer("kinetics");
        (_current, _slope, _momentum) = (W.Pointer("current"), W.Pointer("slope"), W.Pointer("momentum"));
        (_energies, _norms) = (W.Pointer("current_energies"), W.Pointer("current_norms"));
        _scale = W.Pointer("scale");
        (_drift, _kick) = (W.FloatParameter("drift"), W.FloatParameter("kick"));
    }

    /// <summary>Keeps the states and their gradient, energies and norms, before the first step.</summary>
    /// <param name="states">The states' value.</param>
    /// <param name="threads">Threads of a block.</param>
    public static GlobalLaunch Begin(PlanValue states, int threads)
    {
        GlobalLeapfrog kernel = new(states, WallKind.None, hasScale: false, threads);
        kernel.WriteBegin();
        return kernel.Frame.Finish("leapfrog_begin", count => count);
    }

    /// <summary>Draws the momentum; half a kick and the first drift.</summary>
    /// <param name="states">The states' value.</param>
    /// <param name="walls">How walls reflect.</param>
    /// <param name="hasScale">Whether numbers have inverse masses.</param>
    /// <param name="threads">Threads of a block.</param>
    public static GlobalLaunch Start(PlanValue states, WallKind walls, bool hasScale, int threads)
    {
        GlobalLeapfrog kernel = new(states, walls, hasScale, threads);
        kernel.WriteStart();
        return kernel.Frame.Finish("leapfrog_start", count => count);
    }

    /// <summary>A whole kick and a drift.</summary>
    /// <inheritdoc cref="Start"/>
    public static GlobalLaunch Inside(PlanValue states, WallKind walls, bool hasScale, int threads)
    {
        GlobalLeapfrog kernel = new(states, walls, hasScale, threads);
        PtxWriter w = kernel.W;
        F32 minus = w.Negate(kernel._kick);
        kernel.EachDraw(withNoise: false, (number, _) => kernel.Drift(number, w.MultiplyAdd(minus,
            kernel.Scaled(number, kernel.LoadGradient(number)), w.LoadGlobal(kernel.Own(kernel._momentum, number))),
            w.LoadGlobal(kernel.StateAt(number))));
        return kernel.Frame.Finish("leapfrog_inside", count => count);
    }

    /// <summary>The last half kick and the test; the chain's states are those that it took.</summary>
    /// <inheritdoc cref="Start"/>
    public static GlobalLaunch End(PlanValue states, WallKind walls, bool hasScale, int threads)
    {
        GlobalLeapfrog kernel = new(states, walls, hasScale, threads);
        kernel.WriteEnd();
        return kernel.Frame.Finish("leapfrog_end", count => count);
    }

    private void WriteBegin()
    {
        ChainSums norms = new(Frame.Block, Frame.Block.Threads);
        W.BeginShared();
        F32 squares = W.Constant(0f);
        EachDraw(withNoise: false, (number, _) =>
        {
            F32 slope = LoadGradient(number);
            W.Accumulate(squares, slope, slope);
            W.StoreGlobal(Own(_current, number), 0, W.LoadGlobal(StateAt(number)));
            W.StoreGlobal(Own(_slope, number), 0, slope);
        });
        Gather((norms, () => norms.Store(W.Constant(0u), Frame.Block.Thread, squares)));
        Frame.Block.ForChains(() =>
        {
            W.StoreGlobal(OfChain(_energies), 0, W.LoadGlobal(OfChain(Frame.Of(Energies))));
            W.StoreGlobal(OfChain(_norms), 0, norms.Sum());
        });
    }

    private void WriteStart()
    {
        ChainSums kinetic = new(Frame.Block, Frame.Block.Threads, isDouble: true);
        W.BeginShared();
        F32 half = W.Multiply(_kick, -0.5f);
        F64 squares = W.Constant(0d);
        EachDraw(withNoise: true, (number, noise) =>
        {
            F64 wide = W.ToDouble(noise!.Value);
            W.Assign(squares, W.MultiplyAdd(wide, wide, squares));
            Drift(number, W.MultiplyAdd(half, Scaled(number, W.LoadGlobal(Own(_slope, number))), noise.Value),
                W.LoadGlobal(Own(_current, number)));
        });
        Gather((kinetic, () => kinetic.Store(W.Constant(0u), Frame.Block.Thread, squares)));
        Frame.Block.ForChains(() => W.StoreGlobal(W.Element(_kinetics, Row, 8), 0, W.Multiply(kinetic.WideSum(), 0.5)));
    }

    private void WriteEnd()
    {
        F64 temperature = W.DoubleParameter("temperature");
        U32 step = W.WordParameter("step");
        Address accepted = W.Pointer("accepted"), divergent = W.Pointer("divergent"), errors = W.Pointer("errors");
        (Address, Address, Address) places = (W.Pointer("energies"), W.Pointer("norms"), W.Pointer("failed"));
        ChainSums norms = new(Frame.Block, Frame.Block.Threads), kinetic = new(Frame.Block, Frame.Block.Threads, isDouble: true);
        int flag = W.TakeShared(1);
        W.BeginShared();
        U32 flagAt = W.SharedBase(W.Constant(0u), 4);
        F32 half = W.Multiply(_kick, -0.5f), squares = W.Constant(0f);
        F64 momenta = W.Constant(0d);
        EachDraw(withNoise: false, (number, _) =>
        {
            F32 gradient = LoadGradient(number);
            W.Accumulate(squares, gradient, gradient);
            F64 wide = W.ToDouble(W.MultiplyAdd(half, Scaled(number, gradient), W.LoadGlobal(Own(_momentum, number))));
            W.Assign(momenta, W.MultiplyAdd(wide, wide, momenta));
        });
        Gather((norms, () => norms.Store(W.Constant(0u), Frame.Block.Thread, squares)),
            (kinetic, () => kinetic.Store(W.Constant(0u), Frame.Block.Thread, momenta)));
        Frame.Block.ForChains(() =>
        {
            F32 energy = W.LoadGlobal(OfChain(_energies)), norm = W.LoadGlobal(OfChain(_norms));
            F32 nextEnergy = W.LoadGlobal(OfChain(Frame.Of(Energies))), nextNorm = norms.Sum();
            AcceptTest test = AcceptTest.Emit(W, temperature, (energy, norm, W.LoadGlobalDouble(W.Element(_kinetics, Row, 8))),
                (nextEnergy, nextNorm, W.Multiply(kinetic.WideSum(), 0.5)), LogUniform());
            Count(accepted, test.Takes);
            W.Unless(test.IsThere, () => Count(divergent, W.Constant(1u)));
            W.If(test.IsBoth, () =>
            {
                Address at = W.Element(errors, Row, 8);
                W.StoreGlobal(at, 0, W.Add(W.LoadGlobalDouble(at), W.Absolute(test.Fall)));
            });
            W.StoreShared(flagAt, flag, test.Takes);
            W.Unless(W.IsZero(test.Takes), () =>
            {
                W.Assign(energy, nextEnergy);
                W.Assign(norm, nextNorm);
            });
            W.StoreGlobal(OfChain(_energies), 0, energy);
            W.StoreGlobal(OfChain(_norms), 0, norm);
            Note(energy, norm, step, places);
        });
        W.Barrier();
        Condition isRefused = W.IsZero(W.LoadSharedWord(flagAt, flag));
        EachDraw(withNoise: false, (number, _) =>
        {
            Address state = StateAt(number), kept = Own(_current, number);
            W.If(isRefused, () => W.StoreGlobal(state, 0, W.LoadGlobal(kept)));
            W.Unless(isRefused, () =>
            {
                W.StoreGlobal(kept, 0, W.LoadGlobal(state));
                W.StoreGlobal(Own(_slope, number), 0, LoadGradient(number));
            });
        });
    }

    // Sums of all threads, ready for the one that keeps the chain.
    private void Gather(params ReadOnlySpan<(ChainSums Sums, Action Store)> all)
    {
        foreach ((_, Action store) in all)
            store();
        W.Barrier();
        foreach ((ChainSums sums, _) in all)
            sums.Gather();
        if (all[0].Sums.HasLanes)
            W.Barrier();
    }

    private void Count(Address counts, U32 more)
    {
        Address at = OfChain(counts);
        W.StoreGlobal(at, 0, W.Add(W.LoadGlobalWord(at), more));
    }

    private void Drift(U32 number, F32 momentum, F32 from)
    {
        F32 position = W.MultiplyAdd(_drift, Scaled(number, momentum), from);
        (position, momentum) = WallEmitter.Reflect(W, _walls, Low, High, position, momentum);
        W.StoreGlobal(StateAt(number), 0, position);
        W.StoreGlobal(Own(_momentum, number), 0, momentum);
    }

    private F32 Scaled(U32 number, F32 value) =>
        _hasScale ? W.Multiply(W.LoadConstant(W.Element(_scale, number, 4)), value) : value;

    private Address OfChain(Address memory) => W.Element(memory, Row, 4);

    // Numbers in the public order.
    private Address Own(Address memory, U32 number) => W.Element(memory, W.MultiplyAdd(Row, (uint)Width, number), 4);
}
