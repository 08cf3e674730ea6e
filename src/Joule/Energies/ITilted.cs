using Joule.Compute;
using Joule.States;

namespace Joule.Energies;

/// <summary>
/// An energy E(x) = −ln q(x) + f(x): a density q, of which exact states can be drawn, tilted by f. A state of q is a function of its own
/// coordinates: which component it comes from, and standard normal numbers. Chains that walk in those coordinates leave q unchanged by
/// construction, so that their accept test asks for f alone (<c>TiltedWalk</c>).
/// </summary>
public interface ITilted
{
    /// <inheritdoc cref="Energy.Space"/>
    StateSpace Space { get; }

    /// <summary>
    /// Floats of the coordinates of a state: the index of its component, then numbers that are independent and standard normal under q.
    /// </summary>
    int Coordinates { get; }

    /// <summary>How many of the normal numbers come first and move the whole state; the others are noise of single numbers.</summary>
    int Factors { get; }

    /// <summary>The component that a uniform draw chooses under q.</summary>
    /// <param name="uniform">A number from 0 to 1.</param>
    int Component(double uniform);

    /// <summary>Writes coordinates of given states: those of the likeliest component, with the mean of its factors.</summary>
    /// <param name="states">n rows of states.</param>
    /// <param name="coordinates">Receives n rows of <see cref="Coordinates"/> floats.</param>
    void Locate(Rows states, Rows coordinates);

    /// <summary>Writes the state of given coordinates.</summary>
    /// <param name="coordinates">The coordinates.</param>
    /// <param name="state">Receives the state.</param>
    void Place(ReadOnlySpan<float> coordinates, Span<float> state);

    /// <summary>Draws a state of q, the density without its correction.</summary>
    /// <param name="draws">The random draws.</param>
    /// <param name="chain">Whose draws they are.</param>
    /// <param name="state">Receives the state.</param>
    void SampleBase(in RandomStream draws, uint chain, Span<float> state);

    /// <summary>Computes f, in nats, on the calling thread.</summary>
    /// <param name="states">n rows of states.</param>
    /// <param name="tilts">Receives n rows of width 1.</param>
    void Tilt(Rows states, Rows tilts);

    /// <summary>Computes −ln q, in nats, on the calling thread. E is the float32 sum of both.</summary>
    /// <param name="states">n rows of states.</param>
    /// <param name="energies">Receives n rows of width 1.</param>
    void Base(Rows states, Rows energies);
}
