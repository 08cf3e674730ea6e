namespace Joule.Networks;

/// <summary>
/// A network's parameters take effect: the launch of <see cref="Network.Commit"/>, as devices with kernels of their own see it.
/// </summary>
public interface ICommitLaunch
{
    /// <summary>The network.</summary>
    Network Network { get; }
}
