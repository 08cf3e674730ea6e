using Joule.Data;
using Joule.Energies;
using Joule.States;
using ScottPlot;

namespace Joule.Cli.Plots;

/// <summary>
/// The plane that two-dimensional states are drawn in: the units of their source where these are known (<see cref="DrawsTransform"/>), or
/// else those of the states.
/// </summary>
internal sealed class PointMap
{
    private readonly (double Shift, double Scale)[] _axes = [(0, 1), (0, 1)];

    private PointMap(DrawsTransform? draws, IReadOnlyList<string>? names)
    {
        if (draws is not null)
            _axes = [.. Enumerable.Range(0, 2).Select(i => ((double)draws.Means[i], (double)draws.Deviations[i]))];
        Names = names is { Count: 2 } ? (names[0], names[1]) : ("x0", "x1");
    }

    /// <summary>The names of the two numbers.</summary>
    public (string Horizontal, string Vertical) Names { get; }

    /// <summary>ln of the area in the plane of a unit square of states.</summary>
    public double LogArea => _axes.Sum(a => Math.Log(a.Scale));

    /// <summary>Whether states are points in the plane.</summary>
    public static bool Fits(StateSpace space) => space is { Width: 2, IsContinuous: true };

    /// <summary>The plane of a set of states.</summary>
    /// <param name="transform">Their transform.</param>
    /// <param name="states">The states.</param>
    public static PointMap Of(DataTransform transform, StateSet states) => new(transform as DrawsTransform, states.ColumnNames);

    /// <summary>The place of a state.</summary>
    public Coordinates Place(ReadOnlySpan<float> state) =>
        new(state[0] * _axes[0].Scale + _axes[0].Shift, state[1] * _axes[1].Scale + _axes[1].Shift);

    /// <summary>The places of states.</summary>
    /// <param name="states">The states, concatenated.</param>
    public Coordinates[] Places(ReadOnlySpan<float> states)
    {
        Coordinates[] places = new Coordinates[states.Length / 2];
        for (int i = 0; i < places.Length; i++)
            places[i] = Place(states.Slice(2 * i, 2));
        return places;
    }

    /// <summary>The places of the first states of a set.</summary>
    /// <param name="states">The set.</param>
    /// <param name="most">The most states.</param>
    public Coordinates[] Places(StateSet states, int most)
    {
        float[] state = new float[2];
        Coordinates[] places = new Coordinates[Math.Min(most, states.Count)];
        for (int i = 0; i < places.Length; i++)
        {
            states.Read(i, state);
            places[i] = Place(state);
        }
        return places;
    }

    /// <summary>The state at a place.</summary>
    public void State(float horizontal, float vertical, Span<float> state) => (state[0], state[1]) =
        ((float)((horizontal - _axes[0].Shift) / _axes[0].Scale), (float)((vertical - _axes[1].Shift) / _axes[1].Scale));
}
