using Joule.Compute;
using Joule.Objectives;
using Joule.States;
using Joule.Tests.Data;
using Xunit;

namespace Joule.Tests.Objectives;

public sealed class DenoisingScoreMatchingTests
{
    [Theory]
    [InlineData(0.3f, null, null)]
    [InlineData(0.3f, 0.1f, 1.5f)]
    public void The_gradient_is_that_of_the_loss_in_float64(float scale, float? least, float? most)
    {
        using ScoreUpdate update = new(new DenoisingScoreMatchingOptions { NoiseScale = scale, LeastNoise = least, MostNoise = most });
        update.Check(theta => Loss(update, theta, scale, least ?? scale, most ?? scale));
    }

    [Fact]
    public void With_one_level_the_loss_is_the_squared_distance_to_the_score_of_the_noise_times_the_variance()
    {
        const float sigma = 0.2f;
        using ScoreUpdate update = new(new DenoisingScoreMatchingOptions { NoiseScale = sigma });
        double expected = Mean(update, sigma, sigma, (x, noise, _) =>
        {
            double[] y = Sum(x, noise), slope = update.Energy.Gradient(update.Energy.Theta, y);
            return sigma * sigma * slope.Zip(noise, (g, n) => Math.Pow(g - n / (sigma * sigma), 2)).Sum() / (2 * y.Length);
        });
        Assert.Equal(expected, update.Loss, 1e-4 * expected);
    }

    [Fact]
    public void In_a_box_noisy_states_stay_inside_and_targets_point_from_the_mirror_image()
    {
        StateSpace box = StateSpace.Box(Shape.Vector(3), -1, 1);
        using ScoreUpdate update = new(new DenoisingScoreMatchingOptions { NoiseScale = 0.8f }, box);
        update.Check(theta => Mean(update, 0.8, 0.8, (x, noise, _) =>
        {
            double[] y = Sum(x, noise), rest = [.. noise];
            for (int j = 0; j < y.Length; j++)
            {
                while (y[j] is < -1 or > 1)
                    (y[j], rest[j]) = ((y[j] < 0 ? -2 : 2) - y[j], -rest[j]);
            }
            return Term(update, theta, 0.8, 0.8, y, rest);
        }));
    }

    [Fact]
    public void Without_reflection_noisy_states_leave_the_box()
    {
        using ScoreUpdate update = new(new DenoisingScoreMatchingOptions { NoiseScale = 0.8f, Reflect = false },
            StateSpace.Box(Shape.Vector(3), -1, 1));
        int beyond = 0;
        update.Check(theta => Mean(update, 0.8, 0.8, (x, noise, _) =>
        {
            double[] y = Sum(x, noise);
            beyond += y.Count(v => Math.Abs(v) > 1);
            return Term(update, theta, 0.8, 0.8, y, noise);
        }));
        Assert.True(beyond > 0);
    }

    [Fact]
    public void Levels_out_of_order_and_discrete_states_are_refused()
    {
        List<string> problems = [];
        OptionsCheck.Add(new DenoisingScoreMatchingOptions { NoiseScale = 0.1f, LeastNoise = 0.2f, MostNoise = 0.05f }, problems, "");
        Assert.Equal(2, problems.Count);
        Refused.With(() => new ScoreUpdate(new DenoisingScoreMatchingOptions(), StateSpace.Binary(Shape.Vector(3))), "continuously");
    }

    private static double Loss(ScoreUpdate update, double[] theta, double scale, double least, double most) =>
        Mean(update, least, most, (x, noise, level) => Term(update, theta, scale, level, Sum(x, noise), noise));

    private static double[] Sum(double[] x, double[] noise) => [.. x.Zip(noise, (a, n) => a + n)];

    private static double Term(ScoreUpdate update, double[] theta, double scale, double level, double[] y, double[] noise)
    {
        double[] slope = update.Energy.Gradient(theta, y);
        return slope.Select((g, j) => Math.Pow(scale * scale / level * g - noise[j] / level, 2)).Sum() / (2 * y.Length);
    }

    // The mean over the batch of a function of state, noise and noise level.
    private static double Mean(ScoreUpdate update, double least, double most, Func<double[], double[], double, double> term)
    {
        RandomStream draws = new(ScoreUpdate.Seed, RandomPurpose.ScoreNoise, ScoreUpdate.Number);
        double shared = draws.Part(0).OpenUniform(0, 0), sum = 0;
        for (int i = 0; i < ScoreUpdate.Batch; i++)
        {
            double level = least * Math.Pow(most / least, (i + shared) / ScoreUpdate.Batch);
            float[] normal = new float[3];
            draws.FillNormal(normal, (uint)i);
            sum += term(TestRows.Doubles(update.Data[i]), [.. normal.Select(n => level * n)], level);
        }
        return sum / ScoreUpdate.Batch;
    }
}
