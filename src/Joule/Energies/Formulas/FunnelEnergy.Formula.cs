namespace Joule.Energies;

public sealed partial class FunnelEnergy : IStateFormula
{
    /// <inheritdoc/>
    public FormulaNumber Write(StateFormulaWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        FormulaIndex first = writer.Index(0);
        int others = Space.Width - 1;
        double precisionOfV = 1 / (_deviation * _deviation);
        FormulaNumber v = writer.State(first), precision = writer.Exp(-v), squares = writer.Variable(writer.Constant(0));
        writer.ForEach(others, k =>
        {
            FormulaIndex i = writer.Combine(k, 1, writer.Index(1));
            writer.SetSlope(i, writer.State(i) * precision);
            writer.Assign(squares, squares + writer.State(i) * writer.State(i));
        });
        writer.SetSlope(first, precisionOfV * v + 0.5 * (writer.Constant(others) - squares * precision));
        return 0.5 * (precisionOfV * (v * v) + squares * precision + others * v);
    }
}
