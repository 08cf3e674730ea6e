using Joule.Compute;
using Joule.Energies;
using Joule.Evaluation;
using Xunit;

namespace Joule.Tests.Samplers;

/// <summary>
/// Means, variances and covariances of recorded draws beside the exact ones. The mean of a number is that of x; the variance is the mean
/// of (x − μ)² and the covariance that of (x − μₓ)(y − μ_y), with the exact means. Each is a mean over the draws, whose standard error is
/// <see cref="MonteCarloError.OfMean"/> of the same draws.
/// </summary>
/// <remarks>
/// The estimate of a variance and its error come from the same draws, so one that is low has a low error too: scores have a long tail to
/// the left unless several hundred draws are effective. With 500, one of −5 was seen where the true error is 3.6 off.
/// </remarks>
internal static class ExactScores
{
    private const double JointLevel = 0.01;

    /// <summary>Scores of every answer that is known: first the means, then the variances, then the covariances.</summary>
    public static IReadOnlyList<ExactScore> Of(DrawRecorder recorder, IKnown known, bool covariances = true)
    {
        int width = known.Space.Width;
        ChainDraws[] draws = [.. Enumerable.Range(0, width).Select(recorder.Draws)];
        ChainDraws?[] centred = [.. draws.Select((d, i) => known.Mean(i) is { } mean ? d.Map(x => x - mean) : null)];
        List<ExactScore> scores = [];
        for (int i = 0; i < width; i++)
        {
            if (known.Mean(i) is { } mean)
                scores.Add(Score($"mean({known.ParameterName(i)})", mean, draws[i]));
        }
        for (int i = 0; i < width; i++)
        {
            if (centred[i] is { } one && known.Covariance(i, i) is { } variance)
                scores.Add(Score($"var({known.ParameterName(i)})", variance, Product(one, one)));
        }
        for (int i = 0; i < width && covariances; i++)
        {
            for (int j = 0; j < i; j++)
            {
                if (centred[i] is not { } one || centred[j] is not { } other || known.Covariance(j, i) is not { } covariance)
                    continue;
                scores.Add(Score($"cov({known.ParameterName(j)}, {known.ParameterName(i)})", covariance, Product(one, other)));
            }
        }
        return scores;
    }

    /// <summary>
    /// How many standard errors a score may be off: 4, or more where there are so many that an honest sampler would go beyond. By
    /// Bonferroni's inequality, at most 1% of honest samplers have one of n normal scores beyond Φ⁻¹(1 − 0.5%/n). That is 4 for n = 158
    /// and 4.9 for the 5,150 answers of 100 dimensions.
    /// </summary>
    public static double Limit(int scores) => Math.Max(4, -NormalQuantile.Of(JointLevel / 2 / scores));

    /// <summary>Asserts that all scores are numbers within the limit; the message has the worst ones.</summary>
    public static void Hold(IReadOnlyList<ExactScore> scores)
    {
        double limit = Limit(scores.Count);
        ExactScore[] bad = [.. scores.Where(s => !(Math.Abs(s.Z) <= limit)).OrderByDescending(s => Math.Abs(s.Z))];
        Assert.True(bad.Length == 0,
            $"{bad.Length} of {scores.Count} answers are off by more than {limit:F2} standard errors: {string.Join("; ", bad.Take(5))}");
        Assert.NotEmpty(scores);
    }

    private static ExactScore Score(string name, double truth, ChainDraws draws) =>
        new(name, truth, ChainMoments.Of(draws.Values).Mean, MonteCarloError.OfMean(draws));

    private static ChainDraws Product(ChainDraws one, ChainDraws other)
    {
        double[] products = new double[one.Count];
        ReadOnlySpan<double> x = one.Values, y = other.Values;
        for (int i = 0; i < products.Length; i++)
            products[i] = x[i] * y[i];
        return new ChainDraws(one.Chains, one.Draws, products);
    }
}
