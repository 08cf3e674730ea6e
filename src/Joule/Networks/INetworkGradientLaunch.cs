using Joule.Compute;

namespace Joule.Networks;

/// <summary>
/// The forward part of a pass along directions that depend on ∇ₓf, as a device sees it that does not run its body but a kernel of its own.
/// </summary>
public interface INetworkGradientLaunch
{
    /// <summary>The network, with one output.</summary>
    Network Network { get; }

    /// <summary>The states, one a row.</summary>
    Rows States { get; }

    /// <summary>Receives f(xᵢ), as many rows of width 1.</summary>
    Rows Outputs { get; }

    /// <summary>Receives ∇ₓf(xᵢ), as many rows of the width of the states.</summary>
    Rows StateGradient { get; }
}
