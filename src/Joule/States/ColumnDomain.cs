using Joule.Compute;

namespace Joule.States;

/// <summary>The domain of one number of a state.</summary>
/// <param name="Domain">Its kind; never <see cref="Domain.Mixed"/>.</param>
/// <param name="Low">Smallest value; negative infinity for <see cref="Domain.Real"/>.</param>
/// <param name="High">Largest value; positive infinity for <see cref="Domain.Real"/>.</param>
public sealed record ColumnDomain(Domain Domain, float Low, float High)
{
    /// <summary>Any real number.</summary>
    public static ColumnDomain Real { get; } = new(Domain.Real, float.NegativeInfinity, float.PositiveInfinity);

    /// <summary>
    /// A draw of the number's noise: normal for real numbers, its absolute value away from a single wall, uniform for all others.
    /// </summary>
    internal float Noise(in RandomStream stream, uint chain, int index)
    {
        if (Domain == Domain.Real || (Domain == Domain.Box && !(float.IsFinite(Low) && float.IsFinite(High))))
        {
            // A Box-Muller pair from two draws; the second half is not used.
            double radius = Math.Sqrt(-2 * Math.Log(stream.OpenUniform(chain, 2L * index)));
            float normal = (float)(StateSpace.RealDeviation * radius * Math.Cos(2 * Math.PI * stream.Uniform(chain, 2L * index + 1)));
            return float.IsFinite(Low) ? Low + Math.Abs(normal) : float.IsFinite(High) ? High - Math.Abs(normal) : normal;
        }
        float uniform = stream.Uniform(chain, 2L * index);
        return Domain switch
        {
            Domain.Box => Math.Min(Low + (High - Low) * uniform, High),
            Domain.Binary or Domain.Spins => uniform < 0.5f ? Low : High,
            _ => Low + (int)((High - Low + 1) * (double)uniform),
        };
    }

    /// <summary>The nearest value of the domain. NaN stays NaN.</summary>
    public float Nearest(float value) => Domain switch
    {
        Domain.Real => value,
        Domain.Box => Math.Clamp(value, Low, High),
        Domain.Binary or Domain.Spins => float.IsNaN(value) ? value : value < (Low + High) / 2 ? Low : High,
        _ => MathF.Round(Math.Clamp(value, Low, High)),
    };

    /// <summary>Whether the domain contains a value.</summary>
    public bool Contains(float value) => float.IsFinite(value) && Nearest(value) == value;
}
