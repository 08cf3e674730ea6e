namespace Joule.Energies;

public sealed partial class LogisticRegressionEnergy : IStateFormula
{
    /// <inheritdoc/>
    public FormulaNumber Write(StateFormulaWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        int width = Space.Width;
        double precision = 1 / (_deviation * _deviation), constant = width * (0.5 * Math.Log(2 * Math.PI) + Math.Log(_deviation));
        FormulaTable features = writer.Table(_features.SelectMany(row => row)), signs = writer.Table(_labels.Select(l => l ? 1.0 : -1));
        FormulaNumber energy = writer.Variable(writer.Constant(0)), zero = writer.Constant(0);
        writer.ForEach(width, i =>
        {
            FormulaNumber slope = precision * writer.State(i);
            writer.SetSlope(i, slope);
            writer.Assign(energy, energy + 0.5 * (slope * writer.State(i)));
        });
        writer.ForEach(_labels.Length, r =>
        {
            FormulaNumber sign = writer.Read(signs, r), dot = writer.Variable(zero);
            writer.ForEach(width, i => writer.Assign(dot, dot + Feature(r, i) * writer.State(i)));
            // −ln p(y) = ln(1 + exp(−u)) with u = ±βᵀf, and the chance of the other label is exp(−u)/(1 + exp(−u)): no exponent is above 0.
            FormulaNumber u = sign * dot, above = writer.Combine(FormulaOperation.Max, u, zero);
            FormulaNumber below = writer.Combine(FormulaOperation.Max, -u, zero), small = writer.Exp(-(above + below));
            writer.Assign(energy, energy + below + writer.Log(small + 1));
            FormulaNumber other = writer.Exp(-above) / (small + 1);
            writer.ForEach(width, i => writer.SetSlope(i, writer.Slope(i) - sign * other * Feature(r, i)));
        });
        return energy + constant;

        FormulaNumber Feature(FormulaIndex row, FormulaIndex i) => writer.Read(features, writer.Combine(row, width, i));
    }
}
