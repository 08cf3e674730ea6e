using Joule.Energies;
using Joule.Gpu.Ptx;

namespace Joule.Gpu.Kernels;

/// <summary>
/// The energy of a formula. Of a separable one, up to 32 threads take the numbers of a chain in turns; of another one, a thread takes a
/// chain.
/// </summary>
internal sealed class FormulaEmitter : EnergyEmitter
{
    private const int MostLanes = 32;

    private readonly IDifferentiable _formula;
    private readonly int _lanes;
    private readonly ChainSums _sums;
    private FormulaPtx? _ptx;

    /// <summary>Takes shared memory.</summary>
    /// <param name="frame">The kernel.</param>
    /// <param name="formula">An <see cref="ISeparableFormula"/> or an <see cref="IStateFormula"/>.</param>
    public FormulaEmitter(BlockFrame frame, IDifferentiable formula) : base(frame)
    {
        _formula = formula;
        Width = formula.Space.Width;
        States = FlatNumbers.Take(frame, Width);
        Gradient = FlatNumbers.Take(frame, Width);
        _lanes = formula is ISeparableFormula ? Math.Min(MostLanes, Width) : 1;
        _sums = new ChainSums(frame, _lanes);
    }

    /// <inheritdoc/>
    public override int Width { get; }

    /// <inheritdoc/>
    public override Numbers States { get; }

    /// <inheritdoc/>
    public override Numbers Gradient { get; }

    /// <summary>The constants that the kernel reads, once it is written.</summary>
    public IReadOnlyList<float> Constants => _ptx?.Constants ?? [];

    /// <inheritdoc/>
    public override void Emit(bool withGradient)
    {
        if (_formula is ISeparableFormula separable)
        {
            Frame.Spread(Frame.Chains * _lanes, item =>
            {
                U32 chain = W.Divide(item, (uint)_lanes), lane = W.Remainder(item, (uint)_lanes);
                F32 sum = W.Constant(0f);
                for (int first = 0; first < Width; first += _lanes)
                {
                    U32 number = W.Add(lane, (uint)first);
                    if (first + _lanes <= Width)
                        Term(separable, chain, number, sum);
                    else
                        W.If(W.Less(number, (uint)Width), () => Term(separable, chain, number, sum));
                }
                _sums.Store(chain, lane, sum);
            });
        }
        else if (_formula is IStateFormula whole)
        {
            Frame.Spread(Frame.Chains, chain =>
            {
                _ptx!.Chain = chain;
                _sums.Store(chain, W.Constant(0u), FormulaPtx.Float(whole.Write(_ptx)));
            });
        }
        W.Barrier();
        Frame.ForChains(() => W.Assign(Energy, _sums.Sum()));
        // The sums are written again after the next barrier at the earliest.
        W.Barrier();
    }

    /// <inheritdoc/>
    // Chains that the launch does not have stay at 0.
    protected override void Start(Address constants, bool withGradient)
    {
        _ptx = new FormulaPtx(W, this, constants);
        F32 zero = W.Constant(0f);
        Frame.Spread(Frame.Chains * Width, item =>
        {
            U32 chain = W.Divide(item, (uint)Width), number = W.Remainder(item, (uint)Width);
            States.Store(W, chain, number, zero);
            Gradient.Store(W, chain, number, zero);
        });
    }

    private void Term(ISeparableFormula formula, U32 chain, U32 number, F32 sum)
    {
        (FormulaNumber energy, FormulaNumber slope) =
            formula.Write(_ptx!, _ptx!.Number(States.Load(W, chain, number)), new FormulaIndex(number.Index));
        W.AddTo(sum, FormulaPtx.Float(energy));
        Gradient.Store(W, chain, number, FormulaPtx.Float(slope));
    }
}
