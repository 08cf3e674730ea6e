namespace Joule.Energies;

public sealed partial class CorrelatedGaussianEnergy : IStateFormula
{
    /// <inheritdoc/>
    public FormulaNumber Write(StateFormulaWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        int width = Space.Width;
        FormulaTable means = writer.Table(_mean), precision = writer.Table(_precision.SelectMany(row => row));
        FormulaNumber energy = writer.Variable(writer.Constant(0));
        writer.ForEach(width, i =>
        {
            FormulaNumber slope = writer.Variable(writer.Constant(0));
            writer.ForEach(width, j => writer.Assign(slope, slope
                + writer.Read(precision, writer.Combine(i, width, j)) * (writer.State(j) - writer.Read(means, j))));
            writer.SetSlope(i, slope);
            writer.Assign(energy, energy + 0.5 * (slope * (writer.State(i) - writer.Read(means, i))));
        });
        return energy;
    }
}
