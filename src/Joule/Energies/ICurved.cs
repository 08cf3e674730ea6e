namespace Joule.Energies;

/// <summary>
/// An energy that gives its second and third derivatives in float64, one state at a time, as metrics that follow the curvature need
/// (<c>RiemannianMonteCarlo</c>). Matrices are rows of n numbers, n·n in all; where <see cref="IsSeparable"/>, they are diagonals, n
/// numbers.
/// </summary>
public interface ICurved : IDifferentiable
{
    /// <summary>Whether E is a sum of functions of single numbers, so that all matrices are diagonal.</summary>
    bool IsSeparable => false;

    /// <summary>Computes E(x), ∇ₓE and ∇²ₓE. E is that of <see cref="Energy.Evaluate(Compute.Rows, Compute.Rows)"/>, but for
    /// rounding.</summary>
    /// <param name="state">x, n numbers inside the walls of the space.</param>
    /// <param name="gradient">Receives ∇ₓE, n numbers in nats per unit of the state.</param>
    /// <param name="hessian">Receives ∇²ₓE, both its triangles, or its diagonal; in nats per unit².</param>
    /// <returns>E(x), in nats.</returns>
    double Curvature(ReadOnlySpan<double> state, Span<double> gradient, Span<double> hessian);

    /// <summary>Computes Σⱼₖ wⱼₖ·∂³E/∂xᵢ∂xⱼ∂xₖ for every i: how a weighted sum over the Hessian changes.</summary>
    /// <param name="state">x.</param>
    /// <param name="weights">A symmetric matrix w, or its diagonal.</param>
    /// <param name="change">Receives n numbers, in nats per unit³ times the weights' unit.</param>
    void Third(ReadOnlySpan<double> state, ReadOnlySpan<double> weights, Span<double> change);
}
