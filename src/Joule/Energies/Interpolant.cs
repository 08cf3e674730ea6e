namespace Joule.Energies;

/// <summary>
/// How noise x₀ becomes data x₁ as t goes from 0 to 1: xₜ = α(t)·x₁ + σ(t)·x₀ (Albergo, Boffi and Vanden-Eijnden 2023, arXiv:2303.08797).
/// </summary>
public enum Interpolant
{
    /// <summary>α = t, σ = 1 − t: straight ways.</summary>
    Linear,

    /// <summary>α = sin(πt/2), σ = cos(πt/2); α² + σ² = 1.</summary>
    Cosine,

    /// <summary>
    /// The variance-preserving diffusion of Song et al. (2021, arXiv:2011.13456): α = exp(−(19.9·s² + 0.2·s)/4) with s = 1 − t, and
    /// σ² = 1 − α². A trace of the data, α = 0.0066, is left in the noise, and the slope of σ is infinite at the data.
    /// </summary>
    VariancePreserving,
}

/// <summary>An interpolant at one time.</summary>
/// <param name="Data">α.</param>
/// <param name="Noise">σ.</param>
/// <param name="DataSlope">dα/dt.</param>
/// <param name="NoiseSlope">dσ/dt.</param>
public readonly record struct InterpolantPoint(double Data, double Noise, double DataSlope, double NoiseSlope)
{
    /// <summary>
    /// The score of xₜ follows from the field v(x, t) = E[α′x₁ + σ′x₀ | xₜ = x] if x₀ is standard normal and independent of x₁: it is
    /// (α·v − α′·x)/(σ·(α′σ − ασ′)). This is the factor of v; infinite at t = 1.
    /// </summary>
    public double ScoreOfField => Data / (Noise * (DataSlope * Noise - Data * NoiseSlope));

    /// <summary>The factor of x in the score (<see cref="ScoreOfField"/>).</summary>
    public double ScoreOfState => -DataSlope / (Noise * (DataSlope * Noise - Data * NoiseSlope));
}

/// <summary>The formulas of <see cref="Interpolant"/>.</summary>
public static class InterpolantExtensions
{
    private const double LeastRate = 0.1, RateRise = 19.9; // β(s) = 0.1 + 19.9·s, as in Song et al. (2021)

    /// <summary>The interpolant at a time.</summary>
    /// <param name="interpolant">The interpolant.</param>
    /// <param name="time">t, from 0 to 1.</param>
    public static InterpolantPoint At(this Interpolant interpolant, double time) => interpolant switch
    {
        Interpolant.Cosine => Cosine(time),
        Interpolant.VariancePreserving => VariancePreserving(1 - time),
        _ => new(time, 1 - time, 1, -1),
    };

    private static InterpolantPoint Cosine(double time)
    {
        (double sine, double cosine) = Math.SinCos(Math.PI / 2 * time);
        return new(sine, cosine, Math.PI / 2 * cosine, -Math.PI / 2 * sine);
    }

    private static InterpolantPoint VariancePreserving(double s)
    {
        double exponent = (RateRise * s * s + 2 * LeastRate * s) / 4, rate = (RateRise * s + LeastRate) / 2;
        double data = Math.Exp(-exponent), noise = Math.Sqrt(1 - data * data);
        return new(data, noise, data * rate, -data * data * rate / noise);
    }
}
