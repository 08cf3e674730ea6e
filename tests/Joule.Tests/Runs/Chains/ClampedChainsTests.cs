using Joule.Compute;
using Joule.Energies;
using Joule.Evaluation;
using Joule.Runs;
using Xunit;

namespace Joule.Tests.Runs;

/// <summary>Samplers on clamped energies draw from the conditional distribution.</summary>
public sealed class ClampedChainsTests
{
    private static readonly double[] Mean = [1, -2, 0.5, 3];
    private static readonly double[,] Covariance =
        { { 2, 0.8, 0.3, -0.5 }, { 0.8, 1, -0.2, 0.1 }, { 0.3, -0.2, 1.5, 0.6 }, { -0.5, 0.1, 0.6, 1.2 } };

    [Theory]
    [InlineData("nuts")]
    [InlineData("hmc")]
    [InlineData("mala")]
    [InlineData("underdamped")] // exact on quadratic energies
    public void Conditional_moments_lie_within_four_standard_errors(string sampler)
    {
        const float x1 = -1.25f, x3 = 4.5f;
        CorrelatedGaussianEnergy gaussian = new(Mean, Covariance);
        using ClampedEnergy energy = ClampedNames.Clamp(gaussian, [new("x3", x3), new("x1", x1)]);
        using Device device = Device.Cpu(1);
        using ChainRun run = new(device, energy, SamplerChoice.Default(sampler), new ChainPlan { Chains = 8, WarmUp = 600, Draws = 2500 });
        run.Run(null, TestContext.Current.CancellationToken);
        // Textbook: with a = x₀, x₂ and b = x₁, x₃, the mean is μa + K(b − μb) and the covariance Σaa − KΣba, where K = Σab·Σbb⁻¹.
        (double s11, double s13, double s33) = (Covariance[1, 1], Covariance[1, 3], Covariance[3, 3]);
        double det = s11 * s33 - s13 * s13;
        int[] free = [0, 2];
        double[] mean = new double[2];
        double[,] k = new double[2, 2];
        for (int i = 0; i < 2; i++)
        {
            (double to1, double to3) = (Covariance[free[i], 1], Covariance[free[i], 3]);
            (k[i, 0], k[i, 1]) = ((to1 * s33 - to3 * s13) / det, (to3 * s11 - to1 * s13) / det);
            mean[i] = Mean[free[i]] + k[i, 0] * (x1 - Mean[1]) + k[i, 1] * (x3 - Mean[3]);
        }
        ChainDraws[] draws = [run.Draws.Draws(0), run.Draws.Draws(1)];
        for (int i = 0; i < 2; i++)
        {
            AssertMean(mean[i], draws[i]);
            for (int j = 0; j <= i; j++)
            {
                double covariance = Covariance[free[i], free[j]] - k[i, 0] * Covariance[1, free[j]] - k[i, 1] * Covariance[3, free[j]];
                (int a, int b) = (i, j);
                AssertMean(covariance, ChainDraws.From(8, 2500, (chain, draw) =>
                    (draws[a][chain, draw] - mean[a]) * (draws[b][chain, draw] - mean[b])));
            }
        }

        static void AssertMean(double expected, ChainDraws draws) =>
            Assert.Equal(expected, draws.Values.ToArray().Average(), 4 * MonteCarloError.OfMean(draws));
    }
}
