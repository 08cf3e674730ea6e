using Joule.Compute;
using Joule.States;

namespace Joule.Energies;

/// <summary>An energy whose states can be drawn exactly and independently, without a chain.</summary>
public interface ISamplable
{
    /// <inheritdoc cref="Energy.Space"/>
    StateSpace Space { get; }

    /// <summary>Draws one state from p(x) = exp(−E(x)) / Z.</summary>
    /// <param name="draws">The random draws.</param>
    /// <param name="chain">Whose draws they are: independent states belong to different chains.</param>
    /// <param name="state">Receives <see cref="StateSpace.Width"/> numbers.</param>
    void Sample(in RandomStream draws, uint chain, Span<float> state);
}
