using Joule.Compute;
using Joule.States;

namespace Joule.Energies;

/// <summary>
/// E(x) = h·Σᵢ (xᵢ² − b)²: independent double wells, the standard toy problem of sampling between modes, with exact answers. Each
/// coordinate has its minima, of energy 0 and curvature 8hb, at ±√b, and between them a barrier of h·b² nats at 0; n coordinates have 2ⁿ
/// modes of equal weight. At temperature T it is the double well of height h/T.
/// </summary>
public sealed partial class DoubleWellEnergy : Energy, ICurved, IExact
{
    /// <summary>A block of chains, with momentum, proposal and two gradients, stays in the first-level cache.</summary>
    private const int NumbersInBlock = 2048;

    private readonly DoubleWellDensity _density;
    private DoubleWellStairs? _stairs;

    /// <summary>Creates the energy.</summary>
    /// <param name="shape">Shape of a state.</param>
    /// <param name="height">h, in nats per unit of state⁴. Above 0 and finite.</param>
    /// <param name="b">The square of the wells' position, in units of state². Above 0 and finite.</param>
    /// <exception cref="InvalidInputException">The shape is empty, or a number is out of range.</exception>
    public DoubleWellEnergy(Shape shape, float height, float b)
    {
        List<string> problems = [];
        if (!(height > 0) || !float.IsFinite(height))
            problems.Add($"height is {height}; it must be above 0 and finite");
        if (!(b > 0) || !float.IsFinite(b))
            problems.Add($"b is {b}; it must be above 0 and finite");
        if (problems.Count > 0)
            throw new InvalidInputException($"A double well cannot be created: {string.Join("; ", problems)}.");
        Space = StateSpace.Real(shape);
        Height = height;
        B = b;
        _density = new DoubleWellDensity(height, b);
        LogPartition = Space.Width * _density.LogPartition;
        BlockRows = Math.Clamp(NumbersInBlock / Space.Width, 1, 32);
    }

    /// <inheritdoc/>
    public override StateSpace Space { get; }

    /// <inheritdoc/>
    public override int BlockRows { get; }

    /// <inheritdoc/>
    public override int LeastRows => Math.Max(1, BlockRows / 8);

    /// <summary>h, in nats per unit of state⁴.</summary>
    public float Height { get; }

    /// <summary>b: the minima lie at ±√b.</summary>
    public float B { get; }

    /// <summary>The energy barrier between the wells of a coordinate, in nats: h·b².</summary>
    public double Barrier => (double)Height * B * B;

    /// <summary>ln Z = n·ln ∫ exp(−h(x² − b)²) dx, in nats, by quadrature in float64; relative error below 10⁻¹².</summary>
    public double LogPartition { get; }

    /// <summary>The mean of xᵢᵏ, by quadrature in float64; 0 for odd k.</summary>
    /// <param name="order">k, from 0 to 16.</param>
    /// <exception cref="ArgumentOutOfRangeException">k is below 0 or above 16.</exception>
    public double Moment(int order)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(order);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(order, 16);
        return _density.Moment(order);
    }

    /// <inheritdoc/>
    public double Moment(int number, int order)
    {
        CheckNumber(number);
        return Moment(order);
    }

    /// <inheritdoc/>
    public double? Covariance(int number, int other)
    {
        double variance = Moment(number, 2) - Moment(other, 1);
        return number == other ? variance : 0;
    }

    /// <inheritdoc/>
    public void Sample(in RandomStream draws, uint chain, Span<float> state)
    {
        // Two threads may both create it; the results are equal.
        _stairs ??= new DoubleWellStairs(Height, B);
        for (int i = 0; i < state.Length; i++)
            state[i] = _stairs.Next(draws, chain, i, state.Length);
    }

    /// <inheritdoc/>
    public override void Evaluate(Rows states, Rows energies)
    {
        Check(states, energies);
        DoubleWellKernels.Energies(states, Height, B, energies);
    }

    /// <inheritdoc/>
    public void Gradient(Rows states, Rows energies, Rows gradient)
    {
        Check(states, energies, gradient);
        DoubleWellKernels.Gradient(states, Height, B, energies, gradient);
    }

    /// <inheritdoc/>
    public bool IsSeparable => true;

    /// <inheritdoc/>
    public double Curvature(ReadOnlySpan<double> state, Span<double> gradient, Span<double> hessian)
    {
        double energy = 0;
        for (int i = 0; i < state.Length; i++)
        {
            double square = state[i] * state[i], rest = square - B;
            energy += Height * rest * rest;
            gradient[i] = 4.0 * Height * state[i] * rest;
            hessian[i] = 4.0 * Height * (3 * square - B);
        }
        return energy;
    }

    /// <inheritdoc/>
    public void Third(ReadOnlySpan<double> state, ReadOnlySpan<double> weights, Span<double> change)
    {
        for (int i = 0; i < state.Length; i++)
            change[i] = 24.0 * Height * state[i] * weights[i];
    }
}
