using Joule.Compute;
using Joule.States;

namespace Joule.Energies;

/// <summary>
/// An energy on the way from a base to another: F(x) = (1 − β)·T·E₀(x) + β·E(x). At temperature T its density is the geometric path
/// ∝ exp(−E₀)^(1−β)·exp(−E/T)^β. It costs one evaluation of E, and little where the base is normal or uniform.
/// </summary>
/// <param name="start">E₀.</param>
/// <param name="end">E, with a gradient.</param>
/// <param name="share">β, above 0 and at most 1; at 1 the energy is E, bit for bit.</param>
/// <param name="temperature">T.</param>
internal sealed class PathEnergy(PathBase start, Energy end, double share, double temperature) : Energy, IDifferentiable
{
    private readonly IDifferentiable _slopes = end.Require<IDifferentiable>("A path of energies");
    private readonly double _own = (1 - share) * temperature;

    /// <inheritdoc/>
    public override StateSpace Space => end.Space;

    /// <inheritdoc/>
    public override int BlockRows => end.BlockRows;

    /// <summary>β.</summary>
    public double Share => share;

    /// <inheritdoc/>
    public override void Evaluate(Rows states, Rows energies)
    {
        end.Evaluate(states, energies);
        if (share < 1)
            start.Blend(states, share, _own, energies, default);
    }

    /// <inheritdoc/>
    public void Gradient(Rows states, Rows energies, Rows gradient)
    {
        _slopes.Gradient(states, energies, gradient);
        if (share < 1)
            start.Blend(states, share, _own, energies, gradient);
    }
}
