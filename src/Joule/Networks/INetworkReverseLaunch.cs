using Joule.Compute;

namespace Joule.Networks;

/// <summary>
/// The reverse part of a training pass, with the gradient of the parameters, as a device sees it that does not run its body but a kernel of
/// its own. Nothing of the forward part is kept for it: such a kernel evaluates the states again.
/// </summary>
public interface INetworkReverseLaunch
{
    /// <summary>The network.</summary>
    Network Network { get; }

    /// <summary>The states of the forward part, one a row.</summary>
    Rows States { get; }

    /// <summary>The weight of each output, as many rows.</summary>
    Rows Weights { get; }

    /// <summary>Σᵢₖ wᵢₖ ∇θ fₖ(xᵢ) is added to it: one row, in the order of the network's parameters.</summary>
    Rows Gradient { get; }
}
