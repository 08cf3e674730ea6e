using Joule.Energies;
using Joule.Samplers;
using Xunit;

namespace Joule.Tests.Samplers;

/// <summary>
/// Every unbiased sampler on normal distributions of 1 to 100 dimensions whose covariance has condition numbers 1 to 1,000: all means,
/// variances and covariances are right within their standard errors. The principal axes are cosines, so that all numbers are correlated
/// and no diagonal of masses helps.
/// </summary>
public sealed class GaussianAnswersTests
{
    public static TheoryData<string, int, double> Cases()
    {
        TheoryData<string, int, double> cases = [];
        foreach (string name in (string[])[.. UnbiasedSamplers.Names, "underdamped"])
        {
            foreach (int width in (int[])[1, 2, 10, 100])
            {
                foreach (double condition in (double[])[1, 10, 100, 1000])
                {
                    if (width < 100 || name == "underdamped" || UnbiasedSamplers.Quick.Contains(name))
                        cases.Add(name, width, condition);
                }
            }
        }
        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Means_variances_and_covariances(string name, int width, double condition)
    {
        // At least a quarter of the draws is effective. So the error of a variance, √(2/effective) of it, is below 2.3% in one and two
        // dimensions, 4.5% in ten, and 9% in a hundred. A condition number of 1,000 takes MALA a thousand steps a draw: fewer draws, and
        // 4.5%.
        (int chains, int draws) = width == 100 ? (8, 128) : (16, width == 10 || condition == 1000 ? 256 : 1024);
        Energy energy = Gaussian(width, condition);
        ExactRun run = new() { Energy = energy, Sampler = Sampler(name, width, condition), Chains = chains, Draws = draws };
        if (name != "underdamped" && !UnbiasedSamplers.Quick.Contains(name))
            run = run with { Chains = 4, WarmUp = 150, Draws = 128 };
        ExactScores.Hold(run.Scores());
    }

    private static Energy Gaussian(int width, double condition)
    {
        double[] mean = [.. Enumerable.Range(0, width).Select(i => 2 * Math.Cos(i))];
        return (Options(width, condition) with { Mean = mean }).Create();
    }

    private static GaussianOptions Options(int width, double condition) => width == 1
        ? new GaussianOptions { Covariance = [[condition]] }
        : new GaussianOptions { Dimensions = width, Condition = condition, Rotated = true };

    // Short runs of few chains would not walk from a round distribution to one of a hundred dimensions. The base has the same covariance,
    // and its mean is 1.5 deviations away along the widest axis, the last cosine.
    private static AnnealingOptions Annealing(AnnealingOptions options, int width, double condition)
    {
        double[] mean = [.. Enumerable.Range(0, width).Select(i => 2 * Math.Cos(i) + 1.5 * (width == 1 ? Math.Sqrt(condition)
            : Math.Sqrt(2.0 / width) * Math.Cos(Math.PI * (width - 1) * (2 * i + 1) / (2.0 * width))))];
        return options with { Temperatures = 5, Base = Options(width, condition) with { Mean = mean } };
    }

    // A leapfrog is stable for steps below two smallest deviations. So are underdamped Langevin dynamics, whose positions are then exact; a
    // friction of one over the largest deviation suits that direction.
    private static SamplerOptions Sampler(string name, int width, double condition)
    {
        (double smallest, double largest) = width == 1 ? (Math.Sqrt(condition), Math.Sqrt(condition)) : (1 / Math.Sqrt(condition), 1);
        if (name != "underdamped")
        {
            SamplerOptions options = UnbiasedSamplers.Options(name, step: (width == 100 ? 0.5 : 0.8) * smallest);
            return options is AnnealingOptions annealing ? Annealing(annealing, width, condition) : options;
        }
        return new UnderdampedLangevinOptions { StepSize = (float)(0.7 * smallest), Friction = (float)(1 / largest) };
    }
}
