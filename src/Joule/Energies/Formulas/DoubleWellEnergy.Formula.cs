namespace Joule.Energies;

public sealed partial class DoubleWellEnergy : ISeparableFormula
{
    /// <inheritdoc/>
    public (FormulaNumber Energy, FormulaNumber Slope) Write(FormulaWriter writer, FormulaNumber x, FormulaIndex index)
    {
        FormulaNumber rest = x * x - B;
        return ((double)Height * (rest * rest), (4.0 * Height) * (x * rest));
    }
}
