using Joule.Compute;
using Joule.States;

namespace Joule.Energies;

/// <summary>
/// The eight schools: what coaching did to test results in eight schools, yⱼ ~ N(θⱼ, σⱼ²) with known σⱼ, θⱼ ~ N(μ, τ²), and a prior of μ
/// and τ (Rubin, "Estimation in parallel randomized experiments", Journal of Educational Statistics 6, 1981; Gelman et al., "Bayesian Data
/// Analysis", section 5.5). A state is (μ, ln τ, θ₁ … θ₈), or with ηⱼ = (θⱼ − μ)/τ in the place of θⱼ. E is minus the logarithm of the
/// joint density, so ln Z is ln p(y). The answers are exact: all but τ is normal given τ, so that sums over a grid of ln τ remain.
/// </summary>
public sealed partial class EightSchoolsEnergy : FormulaEnergy, IKnown, ISamplable
{
    private const int First = 2; // of the schools' numbers

    private static readonly double LogRoot = 0.5 * Math.Log(2 * Math.PI);

    private readonly bool _centred;
    private readonly EightSchoolsPrior _prior;
    private readonly EightSchoolsPosterior _posterior;

    /// <summary>Creates the energy.</summary>
    /// <param name="centred">Whether a state holds θⱼ; else it holds ηⱼ, which makes a funnel into nearly a normal distribution.</param>
    /// <param name="prior">The prior of μ and τ.</param>
    public EightSchoolsEnergy(bool centred = false, EightSchoolsPrior prior = EightSchoolsPrior.HalfCauchy)
    {
        (_centred, _prior) = (centred, prior);
        _posterior = new EightSchoolsPosterior(centred, prior);
    }

    /// <inheritdoc/>
    public override StateSpace Space { get; } = StateSpace.Real(Shape.Vector(First + EightSchoolsPosterior.Schools));

    /// <summary>ln Z = ln p(y), in nats.</summary>
    public double? LogPartition => _posterior.LogPartition;

    /// <summary>The mean of τ itself, in points of the test.</summary>
    public double MeanTau => _posterior.MeanTau;

    /// <inheritdoc/>
    public double? Mean(int number)
    {
        CheckNumber(number);
        return _posterior.Means[number];
    }

    /// <inheritdoc/>
    public double? Covariance(int number, int other)
    {
        CheckNumber(number);
        CheckNumber(other);
        return _posterior.Covariances[number, other];
    }

    /// <summary><c>mu</c>, <c>log_tau</c>, then <c>theta[1]</c> to <c>theta[8]</c>, or <c>eta[1]</c> to <c>eta[8]</c>.</summary>
    public string ParameterName(int number)
    {
        CheckNumber(number);
        return number switch { 0 => "mu", 1 => "log_tau", _ => $"{(_centred ? "theta" : "eta")}[{number - First + 1}]" };
    }

    /// <summary>Draws ln τ from its distribution on the grid, and all else, which is normal given τ.</summary>
    /// <inheritdoc cref="ISamplable.Sample"/>
    public void Sample(in RandomStream draws, uint chain, Span<float> state)
    {
        draws.FillNormal(state, chain);
        double logTau = _posterior.Quantile(draws.OpenUniform(chain, RandomStream.AfterNormals(state.Length)));
        EightSchoolsGiven given = EightSchoolsGiven.Of(logTau, _centred, _prior);
        double mu = given.Mean + state[0] / Math.Sqrt(given.Precision);
        state[0] = (float)mu;
        state[1] = (float)logTau;
        for (int j = 0; j < EightSchoolsPosterior.Schools; j++)
        {
            (double slope, double shift, double variance) = given.School(j);
            state[First + j] = (float)(slope * mu + shift + Math.Sqrt(variance) * state[First + j]);
        }
    }

    /// <inheritdoc/>
    public override double Value(ReadOnlySpan<double> state, Span<double> gradient)
    {
        double mu = state[0], logTau = state[1], tau = Math.Exp(logTau);
        (double scale, _) = EightSchoolsGiven.Scales(_prior);
        (double energy, double logTauSlope) = EightSchoolsGiven.TauPrior(logTau, _prior);
        energy += 0.5 * mu * mu / (scale * scale) + Math.Log(scale) + LogRoot;
        double muSlope = mu / (scale * scale);
        for (int j = 0; j < EightSchoolsPosterior.Schools; j++)
        {
            (double effect, double error) = EightSchoolsPosterior.Data(j);
            double own = state[First + j], eta = _centred ? (own - mu) / tau : own, theta = _centred ? own : mu + tau * own;
            double rest = (theta - effect) / error, pull = rest / error;
            energy += 0.5 * (rest * rest + eta * eta) + Math.Log(error) + 2 * LogRoot + (_centred ? logTau : 0);
            muSlope += _centred ? -eta / tau : pull;
            logTauSlope += _centred ? 1 - eta * eta : pull * tau * eta;
            if (!gradient.IsEmpty)
                gradient[First + j] = _centred ? pull + eta / tau : pull * tau + eta;
        }
        if (!gradient.IsEmpty)
        {
            gradient[0] = muSlope;
            gradient[1] = logTauSlope;
        }
        return energy;
    }
}
