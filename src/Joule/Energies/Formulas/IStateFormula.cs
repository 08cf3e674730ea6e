namespace Joule.Energies;

/// <summary>
/// An energy that can write its formula, so that devices other than the processor can run it. <see cref="IDifferentiable"/> remains what
/// the processor runs; both must agree to rounding.
/// </summary>
public interface IStateFormula : IDifferentiable
{
    /// <summary>Writes E(x) and every ∂E/∂xᵢ.</summary>
    /// <param name="writer">Receives the operations.</param>
    /// <returns>E, in nats.</returns>
    FormulaNumber Write(StateFormulaWriter writer);
}

/// <summary>
/// An energy E(x) = Σᵢ e(xᵢ) that can write the formula of a term, so that devices other than the processor can run it, all numbers of a
/// state at once. <see cref="IDifferentiable"/> remains what the processor runs; both must agree to rounding.
/// </summary>
public interface ISeparableFormula : IDifferentiable
{
    /// <summary>Writes e(xᵢ) and its slope.</summary>
    /// <param name="writer">Receives the operations.</param>
    /// <param name="x">xᵢ.</param>
    /// <param name="index">i.</param>
    (FormulaNumber Energy, FormulaNumber Slope) Write(FormulaWriter writer, FormulaNumber x, FormulaIndex index);
}
