using Joule.Energies;
using Joule.Samplers;
using Xunit;

namespace Joule.Tests.Samplers;

/// <summary>
/// Every unbiased sampler on energies that are not Gaussian: all means, variances and covariances are right within their standard errors.
/// </summary>
public sealed class KnownAnswersTests
{
    public static TheoryData<string, string> Cases()
    {
        TheoryData<string, string> cases = [];
        // The metric of riemannian takes a softness that fits the energy: RiemannianMonteCarloTests has such energies and softnesses.
        foreach (string name in UnbiasedSamplers.Quick)
        {
            foreach (string energy in ExactCase.All.Keys)
            {
                if (!ExactCase.Exempt.ContainsKey((name, energy)) && UnbiasedSamplers.CanRun(name, ExactCase.All[energy].Create()))
                    cases.Add(name, energy);
            }
        }
        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Means_variances_and_covariances(string name, string energyName)
    {
        // 8,192 draws, at least a quarter of them effective: a mean has an error of at most 2.2% of the deviation.
        ExactCase exact = ExactCase.All[energyName];
        ExactScores.Hold(Run(UnbiasedSamplers.Options(name, exact.Step), exact).Scores());
    }

    [Fact]
    public void Neal_s_funnel_as_far_as_a_step_reaches()
    {
        // NUTS with a fixed step of 0.05 leaves out widths below a half of it, v < 2 ln 0.025 = −7.4: a share of 0.7%. Without it the mean
        // of v would be 0.05, not 0, and its variance 8.7, not 9: both less than one error from as few draws. The variances of the other
        // numbers are out of reach of any chain: an x² has a mean of e⁴·⁵ and a deviation of √3·e⁹.
        FunnelEnergy energy = new(10);
        ExactRun run = new() { Energy = energy, Sampler = new NoUTurnOptions { StepSize = 0.05f }, Adapts = false, LeastEffective = 0.02 };
        IReadOnlyList<ExactScore> scores = [.. run.Scores(covariances: false).Where(s => s.Name.EndsWith("(v)", StringComparison.Ordinal))];
        Assert.Equal(["mean(v)", "var(v)"], scores.Select(s => s.Name));
        ExactScores.Hold(scores);
    }

    [Fact]
    public void Eight_schools_agree_with_the_published_truth()
    {
        // Published: an average effect of 5.760 with deviation 5.465, and ln τ of 2.453 with deviation 0.515, from a long run whose own
        // error is about 0.3% of a deviation. Three standard errors of both together.
        (string Name, double Mean, double Deviation)[] published = [("mu", 5.760, 5.465), ("log_tau", 2.453, 0.515)];
        ExactRun run = Run(new NoUTurnOptions(), ExactCase.All["eight_schools_log_normal"]);
        IReadOnlyList<ExactScore> scores = run.Scores(covariances: false);
        foreach ((string name, double mean, double deviation) in published)
        {
            Check($"mean({name})", mean, 0.003 * deviation);
            Check($"var({name})", deviation * deviation, 2 * 0.003 * deviation * deviation);
        }

        void Check(string what, double truth, double error)
        {
            ExactScore score = scores.Single(s => s.Name == what);
            Assert.InRange(score.Error / score.Truth, 1e-3, 0.1);
            Assert.Equal(truth, score.Estimate, 3 * Math.Sqrt(score.Error * score.Error + error * error));
        }
    }

    [Fact]
    public void Every_exemption_is_of_a_sampler_and_a_case_that_exist() => Assert.All(ExactCase.Exempt.Keys, exempt =>
    {
        Assert.Contains(exempt.Sampler, UnbiasedSamplers.Names);
        Assert.Contains(exempt.Case, ExactCase.All.Keys);
    });

    // Annealing runs start from a normal distribution that is half as wide again as the energy's.
    private static GaussianOptions Around(IKnown known)
    {
        int width = known.Space.Width;
        double[][] covariance = [.. Enumerable.Range(0, width).Select(_ => new double[width])];
        for (int i = 0; i < width; i++)
            covariance[i][i] = 1.5 * 1.5 * known.Covariance(i, i)!.Value;
        return new GaussianOptions { Mean = [.. Enumerable.Range(0, width).Select(i => known.Mean(i)!.Value)], Covariance = covariance };
    }

    private static ExactRun Run(SamplerOptions sampler, ExactCase exact)
    {
        Energy energy = exact.Create();
        IKnown known = ExactCase.Answers(energy);
        if (sampler is AnnealingOptions annealing && !energy.Space.HasWalls)
            sampler = annealing with { Base = Around(known) };
        return new()
        {
            Energy = energy,
            Known = known,
            Sampler = sampler,
            Draws = 512,
            MostThinning = 512,
            Target = exact.Target,
            AdaptsMass = exact.AdaptsMass,
        };
    }
}
