using System.Numerics.Tensors;
using Joule.Energies;

namespace Joule.Samplers;

/// <summary>
/// The generalised leapfrog of a Hamiltonian that is not separable (Girolami and Calderhead 2011, equations 16 to 18; Leimkuhler and Reich,
/// "Simulating Hamiltonian dynamics", 2004): p½ = p − ½ε∂ₓH(x, p½), x′ = x + ½ε(∂ₚH(x, p½) + ∂ₚH(x′, p½)), p′ = p½ − ½ε∂ₓH(x′, p½). The
/// first two are solved by fixed-point iteration. It preserves volume, is its own inverse when momenta change sign, and has order 2.
/// </summary>
/// <remarks>
/// A solution counts only if the solver finds it from the other end too: backwards from (x′, p′), the same iterations must return to p½ and
/// x. So the map of the steps that count is its own inverse, also where equations have several solutions or the iteration does not
/// converge. Lengths are measured in the metric, where a standard deviation is about 1.
/// </remarks>
internal sealed class GeneralizedLeapfrog
{
    /// <summary>How far the way back may miss the start, in tolerances.</summary>
    private const double Miss = 1000;

    private readonly double _tolerance;
    private readonly int _most;
    private readonly double[] _half, _velocity, _next, _trial, _back, _difference;
    private readonly SoftAbsMetric _spare;
    private SoftAbsMetric _here, _there;

    /// <summary>Allocates memory.</summary>
    /// <param name="energy">The energy.</param>
    /// <param name="options">Softness, temperature, tolerance and the most iterations.</param>
    public GeneralizedLeapfrog(ICurved energy, RiemannianMonteCarloOptions options)
    {
        int n = energy.Space.Width;
        (_tolerance, _most) = (options.Tolerance, options.MaxIterations);
        (Position, Momentum, _half, _velocity) = (new double[n], new double[n], new double[n], new double[n]);
        (_next, _trial, _back, _difference) = (new double[n], new double[n], new double[n], new double[n]);
        _here = new SoftAbsMetric(energy, options.Softness, options.Temperature);
        _there = new SoftAbsMetric(energy, options.Softness, options.Temperature);
        _spare = new SoftAbsMetric(energy, options.Softness, options.Temperature);
    }

    /// <summary>x, inside the walls.</summary>
    public double[] Position { get; }

    /// <summary>p.</summary>
    public double[] Momentum { get; }

    /// <summary>The metric at <see cref="Position"/>.</summary>
    public SoftAbsMetric Metric => _here;

    /// <summary>H at the position and momentum, once <see cref="Evaluate"/> or <see cref="Step"/> was there.</summary>
    public double Hamiltonian => _here.Potential + _here.Kinetic(Momentum);

    /// <summary>Evaluates the metric at <see cref="Position"/>.</summary>
    /// <returns>Whether all is finite.</returns>
    public bool Evaluate() => _here.MoveTo(Position) && _here.Complete();

    /// <summary>Takes one step of time ε, which may be negative.</summary>
    /// <returns>Whether it could be solved, and solved back.</returns>
    public bool Step(double time)
    {
        if (!SolveMomentum(_here, Momentum, -time / 2, _half))
            return false;
        _here.Velocity(_half, _velocity);
        if (!SolvePosition(Position, _velocity, time, _there, _next) || !_there.Complete())
            return false;
        // The explicit end, and the way back.
        _there.Force(_half, _trial);
        TensorPrimitives.MultiplyAdd(_trial, -time / 2, _half, Momentum);
        if (!SolveMomentum(_there, Momentum, time / 2, _back) || !(Missed(_there, _back, _half, isMomentum: true) <= Miss * _tolerance))
            return false;
        _there.Velocity(_half, _velocity);
        if (!SolvePosition(_next, _velocity, -time, _spare, _back)
            || !(Missed(_here, _back, Position, isMomentum: false) <= Miss * _tolerance))
        {
            return false;
        }
        (_here, _there) = (_there, _here);
        // A mirrored number goes on from the box, with its momentum turned.
        TensorPrimitives.Multiply(Momentum, _here.Signs, Momentum);
        _here.Place.CopyTo(Position);
        _here.Settle();
        return true;
    }

    // Solves p = start + time·∂ₓH(x, p) at the place of a metric.
    private bool SolveMomentum(SoftAbsMetric metric, double[] start, double time, double[] solution)
    {
        start.CopyTo(solution, 0);
        for (int turn = 0; turn < _most; turn++)
        {
            metric.Force(solution, _trial);
            TensorPrimitives.MultiplyAdd(_trial, time, start, _trial);
            double missed = Missed(metric, _trial, solution, isMomentum: true);
            _trial.CopyTo(solution, 0);
            if (missed <= _tolerance)
                return true;
            if (!double.IsFinite(missed))
                return false;
        }
        return false;
    }

    // Solves x = start + ½time·(velocity + G(x)⁻¹p½), and leaves the metric at the solution.
    private bool SolvePosition(double[] start, double[] velocity, double time, SoftAbsMetric metric, double[] solution)
    {
        TensorPrimitives.MultiplyAdd(velocity, time, start, solution);
        for (int turn = 0; turn < _most; turn++)
        {
            if (!metric.MoveTo(solution))
                return false;
            metric.Velocity(_half, _trial);
            TensorPrimitives.Add(_trial, velocity, _trial);
            TensorPrimitives.MultiplyAdd(_trial, time / 2, start, _trial);
            double missed = Missed(metric, _trial, solution, isMomentum: false);
            if (missed <= _tolerance)
                return true;
            if (!double.IsFinite(missed))
                return false;
            _trial.CopyTo(solution, 0);
        }
        return false;
    }

    private double Missed(SoftAbsMetric metric, double[] first, double[] second, bool isMomentum)
    {
        TensorPrimitives.Subtract(first, second, _difference);
        return isMomentum ? Math.Sqrt(2 * metric.Kinetic(_difference)) : metric.Length(_difference);
    }
}
