using Joule.Compute;

namespace Joule.Objectives;

/// <summary>
/// An objective whose chains persist from update to update: a run saves them, and <c>joule sample --from buffer</c> starts from them.
/// </summary>
public interface IKeepsChains
{
    /// <summary>The current states, one row per chain; null if no chains persist.</summary>
    Rows? Chains { get; }
}
