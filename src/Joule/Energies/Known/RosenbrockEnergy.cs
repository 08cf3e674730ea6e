using Joule.Compute;
using Joule.States;

namespace Joule.Energies;

/// <summary>
/// The hybrid Rosenbrock density: x₁ ~ N(μ, 1/2a), and in each of several blocks xᵢ ~ N(xᵢ₋₁², 1/2b) from there on, so E(x) = a(x₁ − μ)² +
/// b·Σ (xᵢ − xᵢ₋₁²)² (Pagani, Wiegand and Nadarajah, "An n-dimensional Rosenbrock distribution for MCMC testing", Scandinavian Journal of
/// Statistics 49, 2022, arXiv:1903.09556). With one block of one number, a = 1/20 and b = 5 it is the density of Goodman and Weare (2010).
/// Every moment is a polynomial in x₁ averaged over a normal distribution.
/// </summary>
public sealed partial class RosenbrockEnergy : FormulaEnergy, IKnown, ISamplable, ICurved
{
    private readonly int _length;
    private readonly double _a, _b, _mean;

    /// <summary>Creates the energy.</summary>
    /// <param name="blocks">How many blocks hang on x₁, at least 1.</param>
    /// <param name="length">Numbers of a block after x₁, from 1 to 4: the moments of longer ones are beyond float64.</param>
    /// <param name="a">a, above 0.</param>
    /// <param name="b">b, above 0.</param>
    /// <param name="mean">μ, finite.</param>
    /// <exception cref="InvalidInputException">A number is out of range.</exception>
    public RosenbrockEnergy(int blocks = 1, int length = 1, double a = 0.05, double b = 5, double mean = 1)
    {
        if (blocks < 1 || length is < 1 or > 4 || !(a > 0 && b > 0) || !double.IsFinite(a * b) || !double.IsFinite(mean))
        {
            throw new InvalidInputException($"A Rosenbrock density of {blocks} blocks of {length} with a = {a}, b = {b} and mean "
                + $"{mean} cannot be made; it needs at "
                + "least 1 block, 1 to 4 numbers in each, a and b above 0, and a finite mean.");
        }
        (_length, _a, _b, _mean) = (length, a, b, mean);
        Space = StateSpace.Real(Shape.Vector(1 + blocks * length));
        LogPartition = 0.5 * (Math.Log(Math.PI / a) + blocks * length * Math.Log(Math.PI / b));
    }

    /// <inheritdoc/>
    public override StateSpace Space { get; }

    /// <summary>ln Z = ½ ln(π/a) + (n − 1)/2·ln(π/b), in nats.</summary>
    public double? LogPartition { get; }

    /// <inheritdoc/>
    public double? Mean(int number)
    {
        CheckNumber(number);
        return Average(Down([0, 1], Depth(number)));
    }

    /// <inheritdoc/>
    public double? Covariance(int number, int other)
    {
        CheckNumber(number);
        CheckNumber(other);
        return Average(Product(number, other)) - Mean(number) * Mean(other);
    }

    /// <inheritdoc/>
    public void Sample(in RandomStream draws, uint chain, Span<float> state)
    {
        draws.FillNormal(state, chain);
        double first = _mean + state[0] / Math.Sqrt(2 * _a), last = first;
        state[0] = (float)first;
        for (int i = 1; i < state.Length; i++)
        {
            double before = Depth(i) == 1 ? first : last;
            last = before * before + state[i] / Math.Sqrt(2 * _b);
            state[i] = (float)last;
        }
    }

    /// <inheritdoc/>
    public override double Value(ReadOnlySpan<double> state, Span<double> gradient)
    {
        double shift = state[0] - _mean, energy = _a * shift * shift;
        if (!gradient.IsEmpty)
            gradient[0] = 2 * _a * shift;
        for (int i = 1; i < state.Length; i++)
        {
            int before = Before(i);
            double rest = state[i] - state[before] * state[before];
            energy += _b * rest * rest;
            if (gradient.IsEmpty)
                continue;
            gradient[i] = 2 * _b * rest;
            gradient[before] -= 4 * _b * rest * state[before];
        }
        return energy;
    }

    /// <inheritdoc/>
    public double Curvature(ReadOnlySpan<double> state, Span<double> gradient, Span<double> hessian)
    {
        int n = state.Length;
        hessian.Clear();
        hessian[0] = 2 * _a;
        for (int i = 1; i < n; i++)
        {
            int before = Before(i);
            double x = state[before];
            hessian[i * n + i] += 2 * _b;
            hessian[before * n + before] += 4 * _b * (3 * x * x - state[i]);
            hessian[i * n + before] = hessian[before * n + i] = -4 * _b * x;
        }
        return Value(state, gradient);
    }

    /// <inheritdoc/>
    public void Third(ReadOnlySpan<double> state, ReadOnlySpan<double> weights, Span<double> change)
    {
        int n = state.Length;
        change.Clear();
        for (int i = 1; i < n; i++)
        {
            int before = Before(i);
            change[before] += 24 * _b * state[before] * weights[before * n + before] - 8 * _b * weights[i * n + before];
            change[i] -= 4 * _b * weights[before * n + before];
        }
    }

    // The number whose square a number follows.
    private int Before(int number) => Depth(number) == 1 ? 0 : number - 1;

    // How many steps of its block lead from x₁ to a number.
    private int Depth(int number) => number == 0 ? 0 : (number - 1) % _length + 1;

    private int Block(int number) => (number - 1) / _length;

    // The mean of a product given x₁, as a polynomial in x₁.
    private double[] Product(int number, int other)
    {
        if (number == 0 || other == 0 || Block(number) != Block(other))
            return Times(Down([0, 1], Depth(number)), Down([0, 1], Depth(other)));
        int shallow = Math.Min(Depth(number), Depth(other));
        // From the deeper number down to the shallower one, times that one, and on.
        return Down(Times(Down([0, 1], Math.Max(Depth(number), Depth(other)) - shallow), [0, 1]), shallow);
    }

    // Replaces a polynomial in xᵢ by its mean given xᵢ₋₁, a polynomial in xᵢ₋₁, some times.
    private double[] Down(double[] polynomial, int steps)
    {
        for (int step = 0; step < steps; step++)
        {
            double[] mean = new double[2 * polynomial.Length - 1];
            for (int k = 0; k < polynomial.Length; k++)
            {
                for (int j = 0; 2 * j <= k; j++)
                    mean[2 * (k - 2 * j)] += polynomial[k] * Weight(k, j, 1 / (2 * _b));
            }
            polynomial = mean;
        }
        return polynomial;
    }

    private double Average(double[] polynomial)
    {
        double sum = 0;
        for (int k = 0; k < polynomial.Length; k++)
        {
            for (int j = 0; 2 * j <= k; j++)
                sum += polynomial[k] * Weight(k, j, 1 / (2 * _a)) * Math.Pow(_mean, k - 2 * j);
        }
        return sum;
    }

    // The mean of (m + z)ᵏ, z of a variance, is the sum over j of this times m^(k − 2j): k!/((k − 2j)!·j!)·(variance/2)ʲ.
    private static double Weight(int k, int j, double variance)
    {
        double weight = 1;
        for (int i = 0; i < 2 * j; i++)
            weight *= k - i;
        for (int i = 1; i <= j; i++)
            weight *= variance / (2 * i);
        return weight;
    }

    private static double[] Times(double[] first, double[] second)
    {
        double[] product = new double[first.Length + second.Length - 1];
        for (int i = 0; i < first.Length; i++)
        {
            for (int j = 0; j < second.Length; j++)
                product[i + j] += first[i] * second[j];
        }
        return product;
    }
}
