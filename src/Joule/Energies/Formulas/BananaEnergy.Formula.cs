namespace Joule.Energies;

public sealed partial class BananaEnergy : IStateFormula
{
    /// <inheritdoc/>
    public FormulaNumber Write(StateFormulaWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        FormulaIndex first = writer.Index(0), second = writer.Index(1);
        FormulaNumber x = writer.State(first), z = (1 / _deviation) * x;
        FormulaNumber rest = writer.State(second) - (_curvature * (x * x) - _curvature * _deviation * _deviation);
        FormulaNumber energy = writer.Variable(0.5 * (z * z + rest * rest));
        writer.ForEach(Space.Width - 2, k =>
        {
            FormulaIndex i = writer.Combine(k, 1, writer.Index(2));
            writer.SetSlope(i, writer.State(i));
            writer.Assign(energy, energy + 0.5 * (writer.State(i) * writer.State(i)));
        });
        writer.SetSlope(first, (1 / _deviation) * z - 2 * _curvature * (x * rest));
        writer.SetSlope(second, rest);
        return energy;
    }
}
