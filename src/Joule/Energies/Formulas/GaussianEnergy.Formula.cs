namespace Joule.Energies;

public sealed partial class GaussianEnergy : ISeparableFormula
{
    /// <inheritdoc/>
    public (FormulaNumber Energy, FormulaNumber Slope) Write(FormulaWriter writer, FormulaNumber x, FormulaIndex index)
    {
        ArgumentNullException.ThrowIfNull(writer);
        FormulaTable means = writer.Table(_mean.Select(m => (double)m));
        FormulaTable precisions = writer.Table(_deviation.Select(d => 1 / ((double)d * d)));
        FormulaNumber away = x - writer.Read(means, index), slope = writer.Read(precisions, index) * away;
        return (0.5 * (slope * away), slope);
    }
}
