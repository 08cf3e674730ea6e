using Joule.States;

namespace Joule.Energies;

/// <summary>
/// E(x) = h·(20 + e − 20·exp(−0.2·√(Σ xᵢ²/n)) − exp(Σ cos(2πxᵢ)/n)) in a box [−w, w]: a narrow pit in a wide, rippled plain (Ackley 1987).
/// ln Z and variances are known in one and two dimensions, by quadrature to 10⁻⁸; they are null beyond. At the origin, where E has a kink,
/// the gradient is set to 0.
/// </summary>
public sealed partial class AckleyEnergy : FormulaEnergy, IKnown
{
    private readonly double _height;
    private readonly Lazy<(double LogPartition, double Variance)>? _answers;

    /// <summary>Creates the energy.</summary>
    /// <param name="dimensions">n, at least 1.</param>
    /// <param name="height">h, in nats, above 0 and at most 10.</param>
    /// <param name="wall">w, above 0 and at most 33.</param>
    /// <exception cref="InvalidInputException">A number is out of range.</exception>
    public AckleyEnergy(int dimensions = 2, double height = 1, float wall = 5)
    {
        if (dimensions < 1 || !(height > 0 && height <= 10) || !(wall > 0 && wall <= 33))
        {
            throw new InvalidInputException($"An Ackley energy of {dimensions} dimensions, height {height} and wall {wall} cannot be "
                + "made; it needs at least 1, "
                + "above 0 and at most 10, and above 0 and at most 33.");
        }
        _height = height;
        Space = StateSpace.Box(Shape.Vector(dimensions), -wall, wall);
        if (dimensions <= 2)
            _answers = new Lazy<(double, double)>(Integrate);
    }

    /// <inheritdoc/>
    public override StateSpace Space { get; }

    /// <summary>ln Z over the box, in nats; null above two dimensions.</summary>
    public double? LogPartition => _answers?.Value.LogPartition;

    /// <summary>0 for every number.</summary>
    public double? Mean(int number)
    {
        CheckNumber(number);
        return 0;
    }

    /// <summary>The variance, null above two dimensions; 0 between two numbers, since E is even in each.</summary>
    public double? Covariance(int number, int other)
    {
        CheckNumber(number);
        CheckNumber(other);
        return number == other ? _answers?.Value.Variance : 0;
    }

    /// <inheritdoc/>
    public override double Value(ReadOnlySpan<double> state, Span<double> gradient)
    {
        double squares = 0, waves = 0;
        foreach (double x in state)
        {
            squares += x * x;
            waves += Math.Cos(2 * Math.PI * x);
        }
        double n = state.Length, distance = Math.Sqrt(squares / n), pit = 20 * Math.Exp(-0.2 * distance), ripple = Math.Exp(waves / n);
        for (int i = 0; i < gradient.Length; i++)
        {
            double outward = distance > 0 ? 0.2 * pit * state[i] / (n * distance) : 0;
            gradient[i] = _height * (outward + ripple * 2 * Math.PI * Math.Sin(2 * Math.PI * state[i]) / n);
        }
        return _height * (20 + Math.E - pit - ripple);
    }

    // One of 2ⁿ equal corners. With x = w·t², panels of equal width in t crowd round the origin, where E has its kink, and no ripple is
    // wider than two of them at the wall.
    private (double LogPartition, double Variance) Integrate()
    {
        double wall = Space.High, sum = 0, squares = 0;
        (double[] nodes, double[] weights) = GaussLegendre.On(0, 1, Math.Max(64, (int)Math.Ceiling(4 * wall)));
        double[] state = new double[Space.Width];
        for (int i = 0; i < nodes.Length; i++)
        {
            state[0] = wall * nodes[i] * nodes[i];
            double first = 2 * wall * nodes[i] * weights[i];
            for (int j = 0; j < (Space.Width == 1 ? 1 : nodes.Length); j++)
            {
                double part = first;
                if (Space.Width == 2)
                {
                    state[1] = wall * nodes[j] * nodes[j];
                    part *= 2 * wall * nodes[j] * weights[j];
                }
                part *= Math.Exp(-Value(state, []));
                sum += part;
                squares += part * state[0] * state[0];
            }
        }
        return (Math.Log(sum) + Space.Width * Math.Log(2), squares / sum);
    }
}
