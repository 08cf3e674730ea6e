using Joule.Compute;
using Joule.States;

namespace Joule.Energies;

/// <summary>
/// Arms of a wheel, each a normal distribution that is long outwards, twisted by an angle that grows with the radius, normalised, so that
/// ln Z = 0. To turn by an angle of the radius alone keeps areas, so p(y) is the mean over the arms of N(u; (m, 0), diag(σ², τ²)), where u
/// is y turned back by 2πk/arms + c·|y|.
/// </summary>
public sealed class PinwheelEnergy : FormulaEnergy, IKnown, ISamplable
{
    private readonly int _arms;
    private readonly double _radius, _radial, _tangential, _twist, _height;

    /// <summary>Creates the energy.</summary>
    /// <param name="arms">Number of arms, at least 3.</param>
    /// <param name="radius">m, the middle of an arm; finite.</param>
    /// <param name="radial">σ, the standard deviation along an arm, above 0.</param>
    /// <param name="tangential">τ, the standard deviation across an arm, above 0.</param>
    /// <param name="twist">c, in radians per unit of the radius; finite.</param>
    /// <exception cref="InvalidInputException">A number is out of range.</exception>
    public PinwheelEnergy(int arms = 5, double radius = 2, double radial = 0.5, double tangential = 0.15, double twist = 1)
    {
        if (arms < 3 || !double.IsFinite(radius) || !double.IsFinite(twist)
            || !(radial > 0 && tangential > 0) || !double.IsFinite(radial * tangential))
        {
            throw new InvalidInputException($"A pinwheel of {arms} arms, radius {radius}, deviations {radial} and {tangential} and "
                + $"twist {twist} cannot be made; "
                + "it needs at least 3 arms, deviations above 0, and finite numbers.");
        }
        (_arms, _radius, _radial, _tangential, _twist) = (arms, radius, radial, tangential, twist);
        _height = -Math.Log(arms * 2 * Math.PI * radial * tangential);
    }

    /// <inheritdoc/>
    public override StateSpace Space { get; } = StateSpace.Real(Shape.Vector(2));

    /// <summary>ln Z = 0: the density is normalised.</summary>
    public double? LogPartition => 0;

    /// <summary>0 for both numbers: the wheel looks the same from three sides and more.</summary>
    public double? Mean(int number)
    {
        CheckNumber(number);
        return 0;
    }

    /// <summary>Half the mean square of the radius, (m² + σ² + τ²)/2, for both numbers, 0 between them.</summary>
    public double? Covariance(int number, int other)
    {
        CheckNumber(number);
        CheckNumber(other);
        return number == other ? (_radius * _radius + _radial * _radial + _tangential * _tangential) / 2 : 0;
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
        draws.FillNormal(state, chain);
        double along = _radius + _radial * state[0], across = _tangential * state[1];
        int arm = draws.Integer(_arms, chain, RandomStream.AfterNormals(2));
        (double sine, double cosine) = Math.SinCos(2 * Math.PI * arm / _arms + _twist * Math.Sqrt(along * along + across * across));
        state[0] = (float)(cosine * along - sine * across);
        state[1] = (float)(sine * along + cosine * across);
    }

    /// <inheritdoc/>
    public override double Value(ReadOnlySpan<double> state, Span<double> gradient)
    {
        double x = state[0], y = state[1], r = Math.Sqrt(x * x + y * y), outward = r > 0 ? _twist / r : 0;
        double lowest = double.PositiveInfinity, sum = 0, slopeX = 0, slopeY = 0;
        for (int k = 0; k < _arms; k++)
        {
            (double sine, double cosine) = Math.SinCos(2 * Math.PI * k / _arms + _twist * r);
            double along = cosine * x + sine * y, across = cosine * y - sine * x;
            double pull = (along - _radius) / (_radial * _radial), side = across / (_tangential * _tangential);
            double energy = 0.5 * (pull * (along - _radius) + side * across);
            if (energy < lowest)
            {
                double lower = Math.Exp(energy - lowest);
                (sum, slopeX, slopeY, lowest) = (sum * lower, slopeX * lower, slopeY * lower, energy);
            }
            // Turning by an angle more moves (along, across) by (across, −along).
            double part = Math.Exp(lowest - energy), turn = (pull * across - side * along) * outward;
            sum += part;
            slopeX += part * (pull * cosine - side * sine + turn * x);
            slopeY += part * (pull * sine + side * cosine + turn * y);
        }
        if (!gradient.IsEmpty)
        {
            gradient[0] = slopeX / sum;
            gradient[1] = slopeY / sum;
        }
        return lowest - Math.Log(sum) - _height;
    }
}
