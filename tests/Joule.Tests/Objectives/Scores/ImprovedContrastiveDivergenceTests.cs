using Joule.Compute;
using Joule.Objectives;
using Joule.Samplers;
using Joule.States;
using Joule.Tests.Data;
using Xunit;

namespace Joule.Tests.Objectives;

public sealed class ImprovedContrastiveDivergenceTests
{
    private const float Eta = 0.05f, Sigma = 0.1f;

    public static TheoryData<double, double, bool, float?, bool> Cases => new()
    {
        { 0, 0, false, null, false },
        { 1, 0, false, null, false },
        { 0.7, 0.3, false, null, false },
        { 0.7, 0.3, true, null, false },
        { 0.7, 0.3, false, 0.4f, false },
        { 0.7, 0.3, false, null, true },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_gradient_goes_through_the_last_step_in_float64(double kl, double entropy, bool noiseFirst, float? clip, bool box)
    {
        StateSpace space = box ? StateSpace.Box(Shape.Vector(3), -0.5f, 0.5f) : ScoreUpdate.Real;
        ImprovedContrastiveDivergenceOptions options = new()
        {
            KlWeight = kl,
            EntropyWeight = entropy,
            EnergyRegularization = 0.2,
            Negatives = new DataNegativesOptions
            {
                Steps = 1,
                Sampler = new LangevinOptions { StepSize = Eta, NoiseScale = Sigma, GradientClip = clip, NoiseFirst = noiseFirst },
            },
        };
        using ScoreUpdate update = new(options, space);
        double[] now = update.Energy.Theta;
        // Plain contrastive divergence holds the negatives fixed; in the KL term they depend on θ, but its energy does not.
        double[][] still = Negatives(update, now, noiseFirst, clip);
        update.Check(theta =>
        {
            double[][] moved = Negatives(update, theta, noiseFirst, clip);
            double sum = 0;
            for (int i = 0; i < ScoreUpdate.Batch; i++)
            {
                double data = E(update, theta, TestRows.Doubles(update.Data[i])), negative = E(update, theta, still[i]);
                sum += data - negative + 0.2 * (data * data + negative * negative);
                int nearest = Enumerable.Range(0, ScoreUpdate.Batch).Where(j => j != i).MinBy(j => Distance(still[i], still[j]));
                sum += kl * (E(update, now, moved[i]) - entropy * Math.Log(Distance(moved[i], still[nearest])));
            }
            return sum / ScoreUpdate.Batch;
        });
    }

    [Fact]
    public void Chains_without_steps_and_other_samplers_are_refused()
    {
        ImprovedContrastiveDivergenceOptions options = new() { Negatives = new NoiseNegativesOptions { Steps = 0 } };
        Refused.With(() => new ScoreUpdate(options), "negatives.steps is 0");
        options = new() { Negatives = new NoiseNegativesOptions { Sampler = new HamiltonianMonteCarloOptions() } };
        Refused.With(() => new ScoreUpdate(options), "negatives.sampler is hmc");
    }

    private static double[][] Negatives(ScoreUpdate update, double[] theta, bool noiseFirst, float? clip) =>
        [.. Enumerable.Range(0, ScoreUpdate.Batch).Select(i =>
        {
            float[] noise = new float[3];
            new RandomStream(ScoreUpdate.Seed, RandomPurpose.ScoreNoise, ScoreUpdate.Number).FillNormal(noise, (uint)i, 0, Sigma);
            double[] x = TestRows.Doubles(update.Data[i]);
            (double low, double high) = (update.Energy.Space.Low, update.Energy.Space.High);
            if (noiseFirst)
                x = [.. x.Select((a, j) => Math.Clamp(a + noise[j], low, high))];
            double[] slope = update.Energy.Gradient(theta, x);
            double limit = clip ?? double.PositiveInfinity;
            return x.Select((a, j) =>
                Math.Clamp(a - Eta * Math.Clamp(slope[j], -limit, limit) + (noiseFirst ? 0 : noise[j]), low, high)).ToArray();
        })];

    private static double E(ScoreUpdate update, double[] theta, double[] x) => update.Energy.Along(theta, x, new double[x.Length])[0];

    private static double Distance(double[] a, double[] b) => Math.Sqrt(a.Zip(b, (p, q) => (p - q) * (p - q)).Sum());
}
