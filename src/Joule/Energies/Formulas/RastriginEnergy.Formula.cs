namespace Joule.Energies;

public sealed partial class RastriginEnergy : ISeparableFormula
{
    /// <inheritdoc/>
    public (FormulaNumber Energy, FormulaNumber Slope) Write(FormulaWriter writer, FormulaNumber x, FormulaIndex index)
    {
        ArgumentNullException.ThrowIfNull(writer);
        FormulaNumber cosine = writer.Apply(FormulaFunction.CosineOfTurns, x), sine = writer.Apply(FormulaFunction.SineOfTurns, x);
        return (x * x - _amplitude * (cosine - 1), 2 * x + 2 * Math.PI * _amplitude * sine);
    }
}
