using Joule.States;
using ScottPlot;

namespace Joule.Cli.Plots;

/// <summary>
/// The plane through three states A, B and C. Its coordinates are distances in the units of the states: A is the origin, B lies on the
/// first axis, and C on the positive side of the second.
/// </summary>
internal sealed class StatePlane
{
    private const double Margin = 0.45; // of the distance between the outermost states, on either side
    private const double LeastHeight = 1e-3; // of C above the line through A and B, in multiples of their distance

    private readonly double[] _origin, _first, _second;

    /// <summary>Lays the plane.</summary>
    /// <param name="a">The state at the origin.</param>
    /// <param name="b">The state on the first axis.</param>
    /// <param name="c">The third state.</param>
    /// <exception cref="InvalidInputException">The states lie on a line.</exception>
    public StatePlane(ReadOnlySpan<float> a, ReadOnlySpan<float> b, ReadOnlySpan<float> c)
    {
        _origin = Differences(a, default);
        double[] toB = Differences(b, a), toC = Differences(c, a);
        double distance = Length(toB);
        _first = [.. toB.Select(v => v / distance)];
        double along = Dot(toC, _first);
        double[] across = [.. toC.Select((v, i) => v - along * _first[i])];
        double height = Length(across);
        if (!(height > LeastHeight * distance) || !double.IsFinite(height))
        {
            throw new InvalidInputException("The three states lie on a line or are alike, so that no plane is determined. Give other "
                + "states with --through.");
        }
        _second = [.. across.Select(v => v / height)];
        States = [new Coordinates(0, 0), new Coordinates(distance, 0), new Coordinates(along, height)];
        Horizontal = Range(States.Select(s => s.X));
        Vertical = Range(States.Select(s => s.Y));
    }

    /// <summary>The places of A, B and C.</summary>
    public IReadOnlyList<Coordinates> States { get; }

    /// <summary>The range of the first coordinate.</summary>
    public RobustRange Horizontal { get; }

    /// <summary>The range of the second.</summary>
    public RobustRange Vertical { get; }

    /// <summary>Whether states of a space lie in planes: every number varies continuously, and there are at least two.</summary>
    public static bool Fits(StateSpace space) => space.IsContinuous && space.Width >= 2;

    /// <summary>The state at a place of the plane.</summary>
    public void State(float horizontal, float vertical, Span<float> state)
    {
        for (int i = 0; i < state.Length; i++)
            state[i] = (float)(_origin[i] + horizontal * _first[i] + vertical * _second[i]);
    }

    private static double[] Differences(ReadOnlySpan<float> state, ReadOnlySpan<float> from)
    {
        double[] differences = new double[state.Length];
        for (int i = 0; i < differences.Length; i++)
            differences[i] = (double)state[i] - (from.IsEmpty ? 0 : from[i]);
        return differences;
    }

    private static double Dot(double[] a, double[] b) => a.Zip(b, (x, y) => x * y).Sum();

    private static double Length(double[] a) => Math.Sqrt(Dot(a, a));

    private static RobustRange Range(IEnumerable<double> values)
    {
        double low = values.Min(), high = values.Max(), pad = Margin * (high - low);
        return new RobustRange(low - pad, high + pad);
    }
}
