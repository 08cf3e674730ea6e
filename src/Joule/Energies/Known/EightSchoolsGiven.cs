namespace Joule.Energies;

/// <summary>
/// The eight schools given τ, where everything is normal: μ ~ N(<see cref="Mean"/>, 1/<see cref="Precision"/>), and each school's number is
/// linear in μ plus noise.
/// </summary>
internal readonly struct EightSchoolsGiven
{
    private readonly double _tau;
    private readonly bool _centred;

    private EightSchoolsGiven(double tau, bool centred, double mean, double precision, double logDensity)
    {
        (_tau, _centred) = (tau, centred);
        (Mean, Precision, LogDensity) = (mean, precision, logDensity);
    }

    /// <summary>The mean of μ.</summary>
    public double Mean { get; }

    /// <summary>The precision of μ, 1/variance.</summary>
    public double Precision { get; }

    /// <summary>ln p(y, ln τ).</summary>
    public double LogDensity { get; }

    /// <summary>What is known given τ: yⱼ ~ N(μ, σⱼ² + τ²) and μ ~ N(0, m²).</summary>
    public static EightSchoolsGiven Of(double logTau, bool centred, EightSchoolsPrior prior)
    {
        double tau = Math.Exp(logTau), scale = Scales(prior).Mu, precision = 1 / (scale * scale), weighted = 0;
        double log = -TauPrior(logTau, prior).Energy;
        for (int j = 0; j < EightSchoolsPosterior.Schools; j++)
        {
            (double effect, double error) = EightSchoolsPosterior.Data(j);
            double variance = error * error + tau * tau;
            precision += 1 / variance;
            weighted += effect / variance;
            log -= 0.5 * (Math.Log(2 * Math.PI * variance) + effect * effect / variance);
        }
        double mean = weighted / precision;
        log += 0.5 * (mean * weighted - Math.Log(scale * scale * precision));
        return new EightSchoolsGiven(tau, centred, mean, precision, log);
    }

    /// <summary>The number of a school: slope·μ + shift + noise of a variance.</summary>
    public (double Slope, double Shift, double Variance) School(int j)
    {
        (double effect, double error) = EightSchoolsPosterior.Data(j);
        double own = error * error, total = own + _tau * _tau;
        return _centred
            ? (own / total, _tau * _tau * effect / total, own * _tau * _tau / total)
            : (-_tau / total, _tau * effect / total, own / total);
    }

    /// <summary>The deviation of μ, and the scale of τ or of ln τ.</summary>
    public static (double Mu, double Tau) Scales(EightSchoolsPrior prior) => prior == EightSchoolsPrior.HalfCauchy ? (5, 5) : (10, 1);

    /// <summary>−ln p(ln τ) and its slope.</summary>
    public static (double Energy, double Slope) TauPrior(double logTau, EightSchoolsPrior prior)
    {
        double scale = Scales(prior).Tau;
        if (prior == EightSchoolsPrior.LogNormal)
        {
            double z = (logTau - 5) / scale;
            return (0.5 * (z * z + Math.Log(2 * Math.PI)) + Math.Log(scale), z / scale);
        }
        // p(τ) = 2/(πs(1 + τ²/s²)), times τ for its logarithm. With r = τ²/s², ln(1 + r) by its larger part.
        double log = 2 * (logTau - Math.Log(scale)), larger = Math.Max(0, log);
        double sum = larger + Math.Log(Math.Exp(-larger) + Math.Exp(log - larger));
        return (Math.Log(Math.PI * scale / 2) + sum - logTau, 2 / (1 + Math.Exp(-log)) - 1);
    }
}
