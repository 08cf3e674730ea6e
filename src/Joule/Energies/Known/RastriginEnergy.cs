using Joule.Compute;
using Joule.States;

namespace Joule.Energies;

/// <summary>
/// E(x) = Σᵢ (A + xᵢ² − A·cos 2πxᵢ) in a box [−w, w]: a bowl with a barrier of about 2A nats round every whole number (Rastrigin 1974). Its
/// numbers are independent: ln Z and variances are integrals of one number, by quadrature to 10⁻¹¹, and exact states are drawn by
/// rejection.
/// </summary>
public sealed partial class RastriginEnergy : FormulaEnergy, IKnown, ISamplable, ICurved
{
    private readonly double _amplitude;
    private readonly double _variance;

    /// <summary>Creates the energy.</summary>
    /// <param name="dimensions">Numbers of a state, at least 1.</param>
    /// <param name="amplitude">A, in nats, from 0 to 100.</param>
    /// <param name="wall">w, above 0 and at most 16.</param>
    /// <exception cref="InvalidInputException">A number is out of range.</exception>
    public RastriginEnergy(int dimensions = 2, double amplitude = 10, float wall = 5.12f)
    {
        if (dimensions < 1 || !(amplitude >= 0 && amplitude <= 100) || !(wall > 0 && wall <= 16))
        {
            throw new InvalidInputException($"A Rastrigin energy of {dimensions} dimensions, amplitude {amplitude} and wall {wall} "
                + "cannot be made; it needs at least 1, "
                + "between 0 and 100, and above 0 and at most 16.");
        }
        _amplitude = amplitude;
        Space = StateSpace.Box(Shape.Vector(dimensions), -wall, wall);
        (double[] nodes, double[] weights) = GaussLegendre.On(-wall, wall, 512);
        double sum = 0, squares = 0;
        for (int i = 0; i < nodes.Length; i++)
        {
            double part = weights[i] * Math.Exp(-One(nodes[i]));
            sum += part;
            squares += part * nodes[i] * nodes[i];
        }
        LogPartition = dimensions * Math.Log(sum);
        _variance = squares / sum;
    }

    /// <inheritdoc/>
    public override StateSpace Space { get; }

    /// <summary>ln Z over the box, in nats.</summary>
    public double? LogPartition { get; }

    /// <summary>0 for every number.</summary>
    public double? Mean(int number)
    {
        CheckNumber(number);
        return 0;
    }

    /// <inheritdoc/>
    public double? Covariance(int number, int other)
    {
        CheckNumber(number);
        CheckNumber(other);
        return number == other ? _variance : 0;
    }

    /// <inheritdoc/>
    public void Sample(in RandomStream draws, uint chain, Span<float> state)
    {
        // The energy of a number is never below 0: a uniform place is kept with the probability exp(−E). Attempt a of number i takes draws
        // 2(a·n + i) and the next.
        for (int i = 0; i < state.Length; i++)
        {
            for (long attempt = 0; ; attempt++)
            {
                long first = 2 * (attempt * state.Length + i);
                double x = Space.High * (2 * draws.OpenUniform(chain, first) - 1);
                state[i] = (float)x;
                if (draws.OpenUniform(chain, first + 1) < Math.Exp(-One(x)))
                    break;
            }
        }
    }

    /// <inheritdoc/>
    public override double Value(ReadOnlySpan<double> state, Span<double> gradient)
    {
        double energy = 0;
        for (int i = 0; i < state.Length; i++)
        {
            energy += One(state[i]);
            if (!gradient.IsEmpty)
                gradient[i] = 2 * state[i] + 2 * Math.PI * _amplitude * Math.Sin(2 * Math.PI * state[i]);
        }
        return energy;
    }

    /// <inheritdoc/>
    public bool IsSeparable => true;

    /// <inheritdoc/>
    public double Curvature(ReadOnlySpan<double> state, Span<double> gradient, Span<double> hessian)
    {
        for (int i = 0; i < state.Length; i++)
            hessian[i] = 2 + 4 * Math.PI * Math.PI * _amplitude * Math.Cos(2 * Math.PI * state[i]);
        return Value(state, gradient);
    }

    /// <inheritdoc/>
    public void Third(ReadOnlySpan<double> state, ReadOnlySpan<double> weights, Span<double> change)
    {
        for (int i = 0; i < state.Length; i++)
            change[i] = -8 * Math.PI * Math.PI * Math.PI * _amplitude * Math.Sin(2 * Math.PI * state[i]) * weights[i];
    }

    private double One(double x) => _amplitude + x * x - _amplitude * Math.Cos(2 * Math.PI * x);
}
