namespace Joule.Energies;

/// <summary>
/// Curves in the plane under normal noise, as a mixture of round normal distributions along them. The sum over the components is the
/// midpoint rule of the integral along the curve. Neighbours lie at most three quarters of a deviation apart, which leaves an error of
/// 2·exp(−32π²/9) of the density of a straight line, 10⁻¹⁵, and below 10⁻⁹ near the bends of these curves; the ends of a curve apart.
/// </summary>
internal sealed class CurveCloud(double deviation)
{
    private const int MostComponents = 100_000;

    private readonly List<double> _weights = [];
    private readonly List<IReadOnlyList<double>> _means = [];

    /// <summary>Adds a curve.</summary>
    /// <param name="place">The place at a parameter from 0 to 1.</param>
    /// <param name="fastest">The largest speed along the curve, per unit of the parameter.</param>
    /// <param name="density">How densely states lie at a parameter, with a mean of 1; null for evenly.</param>
    /// <exception cref="InvalidInputException">The curve is too long for its noise.</exception>
    public CurveCloud Add(Func<double, (double X, double Y)> place, double fastest, Func<double, double>? density = null)
    {
        double parts = Math.Max(1, Math.Ceiling(fastest / (0.75 * deviation)));
        if (!(_means.Count + parts <= MostComponents))
        {
            throw new InvalidInputException($"Points along a curve of length {fastest:0.###} with a deviation of {deviation} need "
                + $"{parts:0} components or more; at most {MostComponents:N0} are made. Make the curve shorter or the deviation larger.");
        }
        int count = (int)parts;
        for (int k = 0; k < count; k++)
        {
            double parameter = (k + 0.5) / count;
            (double x, double y) = place(parameter);
            _means.Add([x, y]);
            _weights.Add((density?.Invoke(parameter) ?? 1) / count);
        }
        return this;
    }

    /// <summary>The energy of all curves.</summary>
    public GaussianMixtureEnergy ToEnergy() => new(_weights, _means, [.. Enumerable.Repeat(deviation, _means.Count)]);
}
