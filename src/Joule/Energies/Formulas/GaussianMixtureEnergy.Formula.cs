namespace Joule.Energies;

public sealed partial class GaussianMixtureEnergy : IStateFormula
{
    /// <inheritdoc/>
    // With tₖ the logarithm of component k's part of the density: E = −ln Σ exp tₖ, and the slopes are shares of the components' own.
    public FormulaNumber Write(StateFormulaWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        int width = Space.Width;
        FormulaTable centres = writer.Table(_centres), heights = writer.Table(_heights), precisions = writer.Table(_minusHalfPrecisions);
        FormulaNumber highest = writer.Variable(writer.Constant(float.MinValue)), sum = writer.Variable(writer.Constant(0));
        writer.ForEach(Components, k => writer.Assign(highest, writer.Combine(FormulaOperation.Max, highest, Term(k))));
        writer.ForEach(width, i => writer.SetSlope(i, writer.Constant(0)));
        writer.ForEach(Components, k =>
        {
            FormulaNumber share = writer.Exp(Term(k) - highest), pull = -2 * (writer.Read(precisions, k) * share);
            writer.Assign(sum, sum + share);
            writer.ForEach(width, i => writer.SetSlope(i, writer.Slope(i) + pull * Away(k, i)));
        });
        writer.ForEach(width, i => writer.SetSlope(i, writer.Slope(i) / sum));
        return -highest - writer.Log(sum);

        FormulaNumber Away(FormulaIndex k, FormulaIndex i) => writer.State(i) - writer.Read(centres, writer.Combine(k, width, i));

        FormulaNumber Term(FormulaIndex k)
        {
            FormulaNumber squares = writer.Variable(writer.Constant(0));
            writer.ForEach(width, i =>
            {
                FormulaNumber away = Away(k, i);
                writer.Assign(squares, squares + away * away);
            });
            return writer.Read(heights, k) + writer.Read(precisions, k) * squares;
        }
    }
}
