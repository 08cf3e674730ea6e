using Joule.Compute;

namespace Joule.Networks;

/// <summary>
/// The reverse part of a pass along directions, with the gradient of the parameters, as a device sees it that does not run its body but a
/// kernel of its own. Nothing of the forward part is kept for it: such a kernel evaluates the states again.
/// </summary>
public interface INetworkAlongLaunch
{
    /// <summary>The network, with one output.</summary>
    Network Network { get; }

    /// <summary>The states of the forward part, one a row.</summary>
    Rows States { get; }

    /// <summary>The direction vᵢ of each state, which counts as a constant.</summary>
    Rows Directions { get; }

    /// <summary>The weight wᵢ of each output, as many rows of width 1.</summary>
    Rows Weights { get; }

    /// <summary>
    /// Σᵢ wᵢ ∇θf(xᵢ) + ∇θ⟨vᵢ, ∇ₓf(xᵢ)⟩ is added to it: one row, in the order of the network's parameters.
    /// </summary>
    Rows Gradient { get; }
}
