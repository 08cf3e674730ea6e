using Joule.Compute;

namespace Joule.Objectives;

/// <summary>
/// An objective whose chains live on from update to update: a run saves them, and <c>joule sample --from buffer</c> starts from them.
/// </summary>
public interface IKeepsChains
{
    /// <summary>The chains' states as they are now, one row a chain; null where none lives on.</summary>
    Rows? Chains { get; }
}
