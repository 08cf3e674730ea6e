using Joule.States;

namespace Joule.Energies;

/// <summary>
/// ln Z and the moments of any energy of one to three continuous numbers, by Gauss and Legendre's rule on panels that are halved until the
/// answers stand still. An energy with a formula in float64 (<see cref="FormulaEnergy"/>) is evaluated in float64, every other one in
/// float32.
/// </summary>
public static class Quadrature
{
    /// <summary>Tolerance for energies in float64.</summary>
    public const double FineTolerance = 1e-9;

    /// <summary>Tolerance for energies in float32, whose rounding is seen below it.</summary>
    public const double CoarseTolerance = 2e-5;

    private const long MostNodes = 1 << 22; // of one rule

    /// <summary>Integrates exp(−E(x)) over the box of the energy's own walls.</summary>
    /// <inheritdoc cref="Of(Energy, IReadOnlyList{ValueTuple{double, double}}, double?)"/>
    public static QuadratureResult Of(Energy energy, double? tolerance = null)
    {
        ArgumentNullException.ThrowIfNull(energy);
        StateSpace space = energy.Space;
        (double Low, double High)[] walls = new (double, double)[space.Width];
        for (int i = 0; i < walls.Length; i++)
            walls[i] = (space.Columns?[i].Low ?? space.Low, space.Columns?[i].High ?? space.High);
        return Of(energy, walls, tolerance);
    }

    /// <summary>Integrates exp(−E(x)) over a box. What lies outside it does not count.</summary>
    /// <param name="energy">The energy, of one to three continuous numbers.</param>
    /// <param name="limits">Where to begin and end, finite, for every number of the state.</param>
    /// <param name="tolerance">The largest change of ln Z, of a mean in standard deviations, or of a correlation, that the last halving may
    /// make; null for <see cref="FineTolerance"/> or <see cref="CoarseTolerance"/>.</param>
    /// <exception cref="InvalidInputException">The energy has other states, the limits do not fit, an energy is not finite, or the answers
    /// do not stand still.</exception>
    public static QuadratureResult Of(Energy energy, IReadOnlyList<(double Low, double High)> limits, double? tolerance = null)
    {
        ArgumentNullException.ThrowIfNull(energy);
        ArgumentNullException.ThrowIfNull(limits);
        Check(energy.Space, limits);
        double allowed = tolerance ?? (energy is FormulaEnergy ? FineTolerance : CoarseTolerance);
        int width = limits.Count, panels = width == 3 ? 4 : 16;
        long evaluations = 0;
        QuadratureResult? last = null;
        for (; Math.Pow((double)panels * GaussLegendre.Order, width) <= MostNodes; panels *= 2)
        {
            QuadratureResult next = QuadratureSum.Of(energy, limits, panels);
            evaluations += next.Evaluations;
            double error = last is null ? double.PositiveInfinity : next.DistanceTo(last);
            last = next with { Error = error, Evaluations = evaluations };
            if (error <= allowed)
                return last;
        }
        throw new InvalidInputException($"Quadrature of {energy.GetType().Name} on {energy.Space} does not converge: with "
            + $"{panels / 2} panels a side its answers still change by "
            + $"{last!.Error:0.#e+0}; {allowed:0.#e+0} is allowed. Draw the limits closer round the density, or allow more.");
    }

    private static void Check(StateSpace space, IReadOnlyList<(double Low, double High)> limits)
    {
        if (!space.IsContinuous || space.Width > 3)
            throw new InvalidInputException($"Quadrature works in one to three continuous dimensions; the energy is defined on {space}.");
        if (limits.Count != space.Width)
        {
            throw new InvalidInputException($"Quadrature over {space} needs {Counted.Of(space.Width, "pair")} of limits; it was given "
                + $"{limits.Count}.");
        }
        foreach ((double low, double high) in limits)
        {
            if (!(low < high) || !double.IsFinite(low) || !double.IsFinite(high))
            {
                throw new InvalidInputException($"Quadrature from {low} to {high} is not possible; limits must be finite, the lower "
                    + "one first. Give limits that hold all of the density.");
            }
        }
    }
}
