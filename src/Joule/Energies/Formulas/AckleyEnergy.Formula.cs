namespace Joule.Energies;

public sealed partial class AckleyEnergy : IStateFormula
{
    /// <inheritdoc/>
    public FormulaNumber Write(StateFormulaWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        int n = Space.Width;
        FormulaNumber squares = writer.Variable(writer.Constant(0)), waves = writer.Variable(writer.Constant(0));
        writer.ForEach(n, i =>
        {
            FormulaNumber x = writer.State(i);
            writer.Assign(squares, squares + x * x);
            writer.Assign(waves, waves + writer.Apply(FormulaFunction.CosineOfTurns, x));
        });
        FormulaNumber distance = writer.Sqrt(1.0 / n * squares), pit = 20 * writer.Exp(-0.2 * distance);
        FormulaNumber ripple = writer.Exp(1.0 / n * waves);
        // At the origin the outward slope is 0: no smaller distance has a square in float32.
        FormulaNumber outward = 0.2 / n * (pit / writer.Combine(FormulaOperation.Max, distance, writer.Constant(1e-20)));
        writer.ForEach(n, i => writer.SetSlope(i, _height * (outward * writer.State(i)
            + 2 * Math.PI / n * (ripple * writer.Apply(FormulaFunction.SineOfTurns, writer.State(i))))));
        return _height * (writer.Constant(20 + Math.E) - pit - ripple);
    }
}
