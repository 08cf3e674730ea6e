using Joule.Compute;
using Joule.States;

namespace Joule.Energies;

/// <summary>
/// Uniform on the black squares of a board round the origin, under logistic noise of scale s in each direction, normalised, so that ln Z =
/// 0. Along an axis a square from a to b has the density F(x) = (σ((x − a)/s) − σ((x − b)/s))/(b − a), and p(x, y) is the mean of F(x)·F(y)
/// over all black squares: with the logistic function σ, uniform states under noise have a closed form that is accurate far outside too.
/// </summary>
public sealed class CheckerboardEnergy : FormulaEnergy, IKnown, ISamplable
{
    private readonly int _squares;
    private readonly double _side;
    private readonly double _scale;

    /// <summary>Creates the energy.</summary>
    /// <param name="squares">Squares along an edge of the board, even and at least 2. The square at the lower left is black.</param>
    /// <param name="side">The side of a square, above 0.</param>
    /// <param name="scale">s, above 0; the noise has the standard deviation πs/√3.</param>
    /// <exception cref="InvalidInputException">A number is out of range.</exception>
    public CheckerboardEnergy(int squares = 4, double side = 2, double scale = 0.05)
    {
        if (squares < 2 || squares % 2 != 0 || !(side > 0) || !double.IsFinite(side) || !(scale > 0) || !double.IsFinite(scale))
        {
            throw new InvalidInputException($"A checkerboard of {squares} squares of {side} under noise of {scale} cannot be made; "
                + "it needs an even number of squares, and a side and a scale above 0.");
        }
        (_squares, _side, _scale) = (squares, side, scale);
    }

    /// <inheritdoc/>
    public override StateSpace Space { get; } = StateSpace.Real(Shape.Vector(2));

    /// <summary>ln Z = 0: the density is normalised.</summary>
    public double? LogPartition => 0;

    /// <summary>0 for both numbers.</summary>
    public double? Mean(int number)
    {
        CheckNumber(number);
        return 0;
    }

    /// <summary>
    /// Each number is uniform along the board, plus noise of the variance π²s²/3. Between them, black squares of even and of odd columns
    /// lie side/2 to either side of the middle.
    /// </summary>
    public double? Covariance(int number, int other)
    {
        CheckNumber(number);
        CheckNumber(other);
        double board = _squares * _side, noise = Math.PI * _scale;
        return number == other ? board * board / 12 + noise * noise / 3 : _side * _side / 4;
    }

    /// <summary><c>x</c> and <c>y</c>.</summary>
    public string ParameterName(int number)
    {
        CheckNumber(number);
        return number == 0 ? "x" : "y";
    }

    /// <inheritdoc/>
    public void Sample(in RandomStream draws, uint chain, Span<float> state)
    {
        int column = draws.Integer(_squares, chain, 0), row = 2 * draws.Integer(_squares / 2, chain, 1) + column % 2;
        for (int i = 0; i < 2; i++)
        {
            double place = draws.OpenUniform(chain, 4 + i), level = draws.OpenUniform(chain, 6 + i);
            state[i] = (float)(Edge(i == 0 ? column : row) + _side * place + _scale * Math.Log(level / (1 - level)));
        }
    }

    /// <inheritdoc/>
    public override double Value(ReadOnlySpan<double> state, Span<double> gradient)
    {
        // Black squares are those of even columns and even rows, and those of odd columns and odd rows.
        (double evenX, double evenXSlope) = Along(state[0], 0);
        (double oddX, double oddXSlope) = Along(state[0], 1);
        (double evenY, double evenYSlope) = Along(state[1], 0);
        (double oddY, double oddYSlope) = Along(state[1], 1);
        double even = evenX + evenY, odd = oddX + oddY, highest = Math.Max(even, odd);
        double evenPart = Math.Exp(even - highest), oddPart = Math.Exp(odd - highest), sum = evenPart + oddPart;
        if (!gradient.IsEmpty)
        {
            gradient[0] = -(evenPart * evenXSlope + oddPart * oddXSlope) / sum;
            gradient[1] = -(evenPart * evenYSlope + oddPart * oddYSlope) / sum;
        }
        return Math.Log(_squares * _squares / 2.0) - highest - Math.Log(sum);
    }

    private double Edge(int square) => (square - _squares / 2) * _side;

    // ln of the sum of F over every second square, and its slope.
    private (double Log, double Slope) Along(double x, int first)
    {
        double highest = double.NegativeInfinity, sum = 0, slope = 0;
        for (int i = first; i < _squares; i += 2)
        {
            double u = (x - Edge(i)) / _scale, v = (x - Edge(i + 1)) / _scale;
            // σ(u) − σ(v) = σ(u)·σ(−v)·(1 − e^−(u − v)).
            double log = LogLogistic(u) + LogLogistic(-v) + Math.Log(-Math.Exp(-_side / _scale) + 1) - Math.Log(_side);
            double change = (Logistic(-u) - Logistic(v)) / _scale;
            if (log > highest)
            {
                double lower = Math.Exp(highest - log);
                (sum, slope, highest) = (sum * lower, slope * lower, log);
            }
            double part = Math.Exp(log - highest);
            sum += part;
            slope += part * change;
        }
        return (highest + Math.Log(sum), slope / sum);
    }

    private static double Logistic(double x) => x >= 0 ? 1 / (1 + Math.Exp(-x)) : Math.Exp(x) / (1 + Math.Exp(x));

    private static double LogLogistic(double x) => Math.Min(x, 0) - Math.Log(1 + Math.Exp(-Math.Abs(x)));
}
