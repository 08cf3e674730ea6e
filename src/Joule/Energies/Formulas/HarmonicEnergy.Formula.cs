namespace Joule.Energies;

public sealed partial class HarmonicEnergy : ISeparableFormula
{
    /// <inheritdoc/>
    public (FormulaNumber Energy, FormulaNumber Slope) Write(FormulaWriter writer, FormulaNumber x, FormulaIndex index)
    {
        ArgumentNullException.ThrowIfNull(writer);
        FormulaNumber slope = writer.Read(writer.Table(_stiffness), index) * x;
        return (0.5 * (slope * x), slope);
    }
}
