using Joule.Energies;
using Xunit;

namespace Joule.Tests.Samplers;

/// <summary>
/// The standard errors themselves: repeated with 200 seeds, the z-scores of means and of variances have mean 0 and variance 1.
/// </summary>
public sealed class RepetitionTests
{
    private const int Seeds = 200;

    public static TheoryData<string> Names() => new(UnbiasedSamplers.Quick);

    [Theory]
    [MemberData(nameof(Names))]
    public void Scores_have_mean_zero_and_variance_one(string name)
    {
        // Five independent numbers of different widths: 1,000 scores of means and as many of variances. Their sample variance has an error
        // of √(2/1,000) = 4.5%, so the bounds are four to five of them. Their mean is 0 within four errors of 1/√1,000.
        HarmonicEnergy energy = new(1, 4, 0.5, 2, 1);
        List<double> means = [], variances = [];
        for (ulong seed = 1; seed <= Seeds; seed++)
        {
            ExactRun run = new()
            {
                Energy = energy,
                Sampler = UnbiasedSamplers.Options(name, step: 0.4),
                Chains = 4,
                WarmUp = 150,
                Draws = 250,
                Seed = seed,
            };
            foreach (ExactScore score in run.Scores(covariances: false))
                (score.Name.StartsWith("mean", StringComparison.Ordinal) ? means : variances).Add(score.Z);
        }
        foreach (List<double> scores in (List<double>[])[means, variances])
        {
            Assert.Equal(Seeds * 5, scores.Count);
            double mean = scores.Average(), variance = scores.Sum(z => (z - mean) * (z - mean)) / (scores.Count - 1);
            Assert.Equal(0, mean, 4 / Math.Sqrt(scores.Count));
            Assert.InRange(variance, 0.8, 1.25);
        }
    }
}
