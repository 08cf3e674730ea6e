using Joule.Gpu.Ptx;
using Joule.States;

namespace Joule.Gpu.Kernels;

/// <summary>
/// Chains with leapfrog trajectories and an accept test, as <see cref="Joule.Samplers.HamiltonianMonteCarlo"/> and
/// <see cref="Joule.Samplers.MetropolisAdjustedLangevin"/>.
/// </summary>
/// <remarks>
/// Its own parameters: for each step drift, kick and length of the trajectory, three words; the temperature; accepted and divergent
/// proposals and the sums of |ΔH|, added to; the scales of a diagonal metric.
/// </remarks>
internal sealed class LeapfrogKernel : ChainKernel
{
    private readonly WallKind _walls;
    private readonly bool _hasScale;
    private readonly Address _trajectories, _accepted, _divergent, _errors, _scale;
    private readonly F64 _temperature;
    private readonly FlatNumbers _current, _slope, _momentum;
    private readonly ChainSums _kinetic;
    private readonly int _flags;

    private LeapfrogKernel(BlockFrame frame, EnergyEmitter energy, WallKind walls, bool hasScale) : base(frame, energy)
    {
        (_walls, _hasScale) = (walls, hasScale);
        _trajectories = W.Pointer("trajectories");
        _temperature = W.DoubleParameter("temperature");
        _accepted = W.Pointer("accepted");
        _divergent = W.Pointer("divergent");
        _errors = W.Pointer("errors");
        _scale = W.Pointer("scale");
        (_current, _slope, _momentum, _kinetic, _flags) = TakeShared(frame, Width);
    }

    /// <inheritdoc/>
    protected override Numbers Result => _current;

    /// <summary>
    /// Takes the shared memory that trajectories need in addition: states, their gradient, momenta, kinetic energies and decisions.
    /// </summary>
    /// <param name="frame">The block.</param>
    /// <param name="width">Numbers of a state.</param>
    public static (FlatNumbers Current, FlatNumbers Slope, FlatNumbers Momentum, ChainSums Kinetic, int Flags) TakeShared(
        BlockFrame frame, int width) => (FlatNumbers.Take(frame, width), FlatNumbers.Take(frame, width), FlatNumbers.Take(frame, width),
            new ChainSums(frame, BlocksOf(width), isDouble: true), frame.W.TakeShared(frame.Chains));

    /// <summary>How the walls of a space reflect.</summary>
    public static WallKind WallsOf(StateSpace space) => float.IsFinite(space.Low) && float.IsFinite(space.High) ? WallKind.Box
        : float.IsFinite(space.Low) || float.IsFinite(space.High) ? WallKind.Single : WallKind.None;

    /// <summary>Writes the kernel.</summary>
    /// <param name="frame">The block.</param>
    /// <param name="energy">The energy, written into the frame.</param>
    /// <param name="walls">How walls reflect.</param>
    /// <param name="hasScale">Whether numbers have inverse masses.</param>
    public static KernelText Write(BlockFrame frame, EnergyEmitter energy, WallKind walls, bool hasScale) =>
        new LeapfrogKernel(frame, energy, walls, hasScale).Write($"leapfrog_{walls}{(hasScale ? "_scaled" : "")}");

    /// <inheritdoc/>
    protected override void WriteSteps()
    {
        Chain chain = new(W);
        U32 isFirst = W.Constant(1u), left = W.Constant(0u);
        F32 drift = W.Constant(0f), kick = W.Constant(0f);
        Address trajectory = W.Copy(_trajectories);
        Label evaluate = W.NewLabel(), inner = W.NewLabel(), end = W.NewLabel();
        // The first evaluation is at the states themselves, which are then taken as if accepted.
        EachDraw((c, _, each) => each((_, number) =>
        {
            _current.Store(W, c, number, Energy.States.Load(W, c, number));
            _slope.Store(W, c, number, W.Constant(0f));
            _momentum.Store(W, c, number, W.Constant(0f));
        }));
        W.Place(evaluate);
        Energy.Emit(withGradient: true);
        W.JumpUnless(W.IsZero(left), inner);
        End(kick);
        W.Barrier();
        Norms.Gather();
        _kinetic.Gather();
        if (Norms.HasLanes)
            W.Barrier();
        Frame.ForChains(() =>
        {
            (F32 norm, F64 kinetic) = (Norms.Sum(), Halved(_kinetic.WideSum()));
            U32 takes = W.Constant(1u);
            Label decided = W.NewLabel(), first = W.NewLabel();
            W.JumpUnless(W.IsZero(isFirst), first);
            Decide(chain, norm, kinetic, takes);
            W.Place(first);
            W.StoreShared(W.SharedBase(Frame.Thread, 4), _flags, takes);
            W.If(W.IsZero(W.Subtract(takes, 1)), () =>
            {
                W.Assign(chain.Energy, Energy.Energy);
                W.Assign(chain.Norm, norm);
            });
            W.JumpUnless(W.IsZero(isFirst), decided);
            // The step is counted already.
            W.Decrease(Step, 1);
            Note(chain.Energy, chain.Norm);
            W.Increase(Step, 1);
            W.Place(decided);
        });
        W.Barrier();
        Take();
        W.Assign(isFirst, 0u);
        W.JumpUnless(W.Less(Step, Steps), end);
        W.Assign(drift, W.LoadGlobal(trajectory));
        W.Assign(kick, W.LoadGlobal(trajectory, 4));
        W.Assign(left, W.Subtract(W.LoadGlobalWord(trajectory, 8), 1));
        W.Increase(trajectory, 12);
        Start(drift, kick);
        W.Barrier();
        _kinetic.Gather();
        if (_kinetic.HasLanes)
            W.Barrier();
        Frame.ForChains(() =>
        {
            W.Assign(chain.Kinetic, Halved(_kinetic.WideSum()));
            // The draws of the step belong to its test, too.
            U32 word = Draws.Words(W.Constant((uint)((Width + 63) / 64 * 16)), W.Add(Frame.Thread, FirstDrawn), StepLow, StepHigh)[0];
            W.Assign(chain.LogUniform, Draws.LogUniform(word));
        });
        CountStep();
        W.Jump(evaluate);
        W.Place(inner);
        Inside(drift, kick);
        W.Decrease(left, 1);
        W.Barrier();
        W.Jump(evaluate);
        W.Place(end);
        W.Barrier();
        (_acceptedOf, _divergentOf, _errorsOf) = (chain.Accepted, chain.Divergent, chain.Errors);
    }

    private U32 _acceptedOf, _divergentOf;
    private F64 _errorsOf;

    /// <inheritdoc/>
    protected override void StoreOwn(U32 row)
    {
        Address accepted = W.Element(_accepted, row, 4), divergent = W.Element(_divergent, row, 4), errors = W.Element(_errors, row, 8);
        W.StoreGlobal(accepted, 0, W.Add(W.LoadGlobalWord(accepted), _acceptedOf));
        W.StoreGlobal(divergent, 0, W.Add(W.LoadGlobalWord(divergent), _divergentOf));
        W.StoreGlobal(errors, 0, W.Add(W.LoadGlobalDouble(errors), _errorsOf));
    }

    // The momentum, half a kick, and the first drift.
    private void Start(F32 drift, F32 kick)
    {
        F32 half = W.Multiply(kick, -0.5f);
        EachDraw((chain, counter, each) =>
        {
            F32[] drawn = Normals(chain, counter);
            F64 squares = W.Constant(0d);
            each((n, number) =>
            {
                F64 wide = W.ToDouble(drawn[n]);
                W.Assign(squares, W.MultiplyAdd(wide, wide, squares));
                Drift(chain, number, drift, W.MultiplyAdd(half, Scaled(number, _slope.Load(W, chain, number)), drawn[n]),
                    _current.Load(W, chain, number));
            });
            _kinetic.Store(chain, counter, squares);
        });
    }

    // A whole kick and a drift.
    private void Inside(F32 drift, F32 kick)
    {
        F32 minus = W.Negate(kick);
        EachDraw((chain, _, each) => each((_, number) => Drift(chain, number, drift,
            W.MultiplyAdd(minus, Scaled(number, Energy.Gradient.Load(W, chain, number)), _momentum.Load(W, chain, number)),
            Energy.States.Load(W, chain, number))));
    }

    // The last half kick, and the sums that the test needs.
    private void End(F32 kick)
    {
        F32 half = W.Multiply(kick, -0.5f);
        EachDraw((chain, counter, each) =>
        {
            F32 norms = W.Constant(0f);
            F64 squares = W.Constant(0d);
            each((_, number) =>
            {
                F32 gradient = Energy.Gradient.Load(W, chain, number);
                W.Accumulate(norms, gradient, gradient);
                F64 wide = W.ToDouble(W.MultiplyAdd(half, Scaled(number, gradient), _momentum.Load(W, chain, number)));
                W.Assign(squares, W.MultiplyAdd(wide, wide, squares));
            });
            Norms.Store(chain, counter, norms);
            _kinetic.Store(chain, counter, squares);
        });
    }

    private void Drift(U32 chain, U32 number, F32 drift, F32 momentum, F32 from)
    {
        F32 position = W.MultiplyAdd(drift, Scaled(number, momentum), from);
        (position, momentum) = WallEmitter.Reflect(W, _walls, Low, High, position, momentum);
        Energy.States.Store(W, chain, number, position);
        _momentum.Store(W, chain, number, momentum);
    }

    private F32 Scaled(U32 number, F32 value) =>
        _hasScale ? W.Multiply(W.LoadConstant(W.Element(_scale, number, 4)), value) : value;

    private F64 Halved(F64 sum) => W.Multiply(sum, 0.5);

    // The test of Metropolis. Takes stays 1 if the proposal is accepted.
    private void Decide(Chain chain, F32 norm, F64 kinetic, U32 takes)
    {
        AcceptTest test = AcceptTest.Emit(W, _temperature, (chain.Energy, chain.Norm, chain.Kinetic), (Energy.Energy, norm, kinetic),
            chain.LogUniform);
        W.Unless(test.IsThere, () => W.Increase(chain.Divergent, 1));
        W.If(test.IsBoth, () => W.Assign(chain.Errors, W.Add(chain.Errors, W.Absolute(test.Fall))));
        W.Assign(takes, test.Takes);
        W.Assign(chain.Accepted, W.Add(chain.Accepted, takes));
    }

    // Accepted proposals become the states; the same threads take the same numbers as in the next start.
    private void Take() => EachDraw((chain, _, each) =>
    {
        U32 flag = W.LoadSharedWord(W.SharedBase(chain, 4), _flags);
        each((_, number) => W.Unless(W.IsZero(flag), () =>
        {
            _current.Store(W, chain, number, Energy.States.Load(W, chain, number));
            _slope.Store(W, chain, number, Energy.Gradient.Load(W, chain, number));
        }));
    });

    /// <summary>What the thread that keeps a chain knows of it.</summary>
    private sealed class Chain(PtxWriter w)
    {
        public F32 Energy { get; } = w.Constant(0f);

        public F32 Norm { get; } = w.Constant(0f);

        public F64 Kinetic { get; } = w.Constant(0d);

        public F64 LogUniform { get; } = w.Constant(0d);

        public F64 Errors { get; } = w.Constant(0d);

        public U32 Accepted { get; } = w.Constant(0u);

        public U32 Divergent { get; } = w.Constant(0u);
    }
}
