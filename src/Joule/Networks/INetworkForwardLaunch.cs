using Joule.Compute;

namespace Joule.Networks;

/// <summary>The forward part of a training pass as a device sees it that does not run its body but a kernel of its own.</summary>
public interface INetworkForwardLaunch
{
    /// <summary>The network.</summary>
    Network Network { get; }

    /// <summary>The states, one a row.</summary>
    Rows States { get; }

    /// <summary>Receives the network's outputs, as many rows.</summary>
    Rows Outputs { get; }
}
