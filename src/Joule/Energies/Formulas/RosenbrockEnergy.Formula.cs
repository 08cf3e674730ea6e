namespace Joule.Energies;

public sealed partial class RosenbrockEnergy : IStateFormula
{
    /// <inheritdoc/>
    public FormulaNumber Write(StateFormulaWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        FormulaIndex first = writer.Index(0);
        FormulaNumber shift = writer.State(first) - _mean, energy = writer.Variable(_a * (shift * shift));
        writer.SetSlope(first, 2 * _a * shift);
        for (int i = 1; i < Space.Width; i++)
        {
            FormulaIndex here = writer.Index(i), before = writer.Index(Before(i));
            FormulaNumber from = writer.State(before), rest = writer.State(here) - from * from;
            writer.Assign(energy, energy + _b * (rest * rest));
            writer.SetSlope(here, 2 * _b * rest);
            writer.SetSlope(before, writer.Slope(before) - 4 * _b * (rest * from));
        }
        return energy;
    }
}
