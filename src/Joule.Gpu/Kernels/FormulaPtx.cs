using Joule.Energies;
using Joule.Gpu.Ptx;

namespace Joule.Gpu.Kernels;

/// <summary>Writes a formula into a kernel. Numbers and indices are registers; tables lie in the energy's constants.</summary>
/// <param name="w">The kernel.</param>
/// <param name="energy">Where states and gradient lie.</param>
/// <param name="constants">The memory of the tables.</param>
internal sealed class FormulaPtx(PtxWriter w, EnergyEmitter energy, Address constants) : StateFormulaWriter
{
    private const float Log2OfE = 1.44269504f, LnOf2 = 0.693147182f;

    private readonly List<float> _constants = [];

    /// <summary>The tables, one after the other.</summary>
    public IReadOnlyList<float> Constants => _constants;

    /// <summary>The chain whose state is read.</summary>
    public U32 Chain { get; set; }

    /// <summary>A register as a number of the formula.</summary>
    public FormulaNumber Number(F32 register) => new(this, register.Index);

    /// <summary>A number of the formula as a register.</summary>
    public static F32 Float(FormulaNumber number) => new(number.Id);

    /// <inheritdoc/>
    public override FormulaNumber Constant(double value) => Number(w.Constant((float)value));

    /// <inheritdoc/>
    public override FormulaNumber Apply(FormulaFunction function, FormulaNumber x)
    {
        F32 a = Float(x);
        return Number(function switch
        {
            FormulaFunction.Negate => w.Negate(a),
            FormulaFunction.Exp => w.Exp2(w.Multiply(a, Log2OfE)),
            FormulaFunction.Log => w.Multiply(w.Log2(a), LnOf2),
            FormulaFunction.Sqrt => w.Sqrt(a),
            FormulaFunction.SineOfTurns => HalfTurns(a) is var (s, c) ? w.Multiply(w.Multiply(s, c), 2f) : a,
            FormulaFunction.CosineOfTurns => HalfTurns(a) is var (s, _) ? w.MultiplyAdd(w.Multiply(s, s), -2f, 1f) : a,
            _ => throw new InvalidInputException($"The GPU has no kernel for the function {function} of a formula."),
        });
    }

    /// <inheritdoc/>
    public override FormulaNumber Combine(FormulaOperation operation, FormulaNumber x, FormulaNumber y)
    {
        (F32 a, F32 b) = (Float(x), Float(y));
        return Number(operation switch
        {
            FormulaOperation.Add => w.Add(a, b),
            FormulaOperation.Subtract => w.Subtract(a, b),
            FormulaOperation.Multiply => w.Multiply(a, b),
            FormulaOperation.Divide => w.Divide(a, b),
            FormulaOperation.Max => w.Max(a, b),
            _ => throw new InvalidInputException($"The GPU has no kernel for the operation {operation} of a formula."),
        });
    }

    /// <inheritdoc/>
    public override FormulaTable Table(IEnumerable<double> values)
    {
        // A formula is written several times into one kernel: equal tables are one.
        float[] table = [.. values.Select(v => (float)v)];
        for (int at = 0; at + table.Length <= _constants.Count; at++)
        {
            if (Enumerable.Range(0, table.Length).All(i => BitConverter.SingleToInt32Bits(_constants[at + i])
                == BitConverter.SingleToInt32Bits(table[i])))
                return new FormulaTable(at);
        }
        _constants.AddRange(table);
        return new FormulaTable(_constants.Count - table.Length);
    }

    /// <inheritdoc/>
    public override FormulaNumber Read(FormulaTable table, FormulaIndex index) =>
        Number(w.LoadConstant(w.Element(constants, new U32(index.Id), sizeof(float)), table.Id * sizeof(float)));

    /// <inheritdoc/>
    public override FormulaIndex Combine(FormulaIndex i, int factor, FormulaIndex j) =>
        new(w.MultiplyAdd(new U32(i.Id), (uint)factor, new U32(j.Id)).Index);

    /// <inheritdoc/>
    public override FormulaIndex Index(int value) => new(w.Constant((uint)value).Index);

    /// <inheritdoc/>
    public override FormulaNumber State(FormulaIndex index) => Number(energy.States.Load(w, Chain, new U32(index.Id)));

    /// <inheritdoc/>
    public override FormulaNumber Slope(FormulaIndex index) => Number(energy.Gradient.Load(w, Chain, new U32(index.Id)));

    /// <inheritdoc/>
    public override void SetSlope(FormulaIndex index, FormulaNumber value) =>
        energy.Gradient.Store(w, Chain, new U32(index.Id), Float(value));

    /// <inheritdoc/>
    public override void ForEach(int count, Action<FormulaIndex> body)
    {
        ArgumentNullException.ThrowIfNull(body);
        if (count <= 0)
            return;
        U32 index = w.Constant(0u);
        Label top = w.NewLabel();
        w.Place(top);
        body(new FormulaIndex(index.Index));
        w.Increase(index, 1);
        w.JumpIf(w.Less(index, (uint)count), top);
    }

    /// <inheritdoc/>
    public override FormulaNumber Variable(FormulaNumber initial) => Number(w.Add(Float(initial), 0f));

    /// <inheritdoc/>
    public override void Assign(FormulaNumber variable, FormulaNumber value) => w.Assign(Float(variable), Float(value));

    // sin πr and cos πr of the r within half a turn of a whole number of turns.
    private (F32 Sine, F32 Cosine) HalfTurns(F32 turns) => NormalDraws.SineCosine(w, w.Subtract(turns, w.Round(turns)));
}
