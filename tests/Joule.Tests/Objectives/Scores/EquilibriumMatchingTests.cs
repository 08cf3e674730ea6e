using Joule.Compute;
using Joule.Objectives;
using Xunit;

namespace Joule.Tests.Objectives;

public sealed class EquilibriumMatchingTests
{
    [Theory]
    [InlineData(4f, 0.8f)]
    [InlineData(1f, 0f)]
    public void The_gradient_is_that_of_the_loss_in_float64(float scale, float start)
    {
        using ScoreUpdate update = new(new EquilibriumMatchingOptions { GradientScale = scale, DecayStart = start });
        RandomStream draws = new(ScoreUpdate.Seed, RandomPurpose.ScoreNoise, ScoreUpdate.Number);
        double shared = draws.Part(0).OpenUniform(0, 0);
        update.Check(theta =>
        {
            double sum = 0;
            for (int i = 0; i < ScoreUpdate.Batch; i++)
            {
                float[] noise = new float[3];
                draws.FillNormal(noise, (uint)i);
                double[] x = TestRows.Doubles(update.Data[i]);
                double gamma = (i + shared) / ScoreUpdate.Batch, c = scale * (gamma <= start ? 1 : (1 - gamma) / (1 - start));
                double[] slope = update.Energy.Gradient(theta, [.. x.Select((a, j) => gamma * a + (1 - gamma) * noise[j])]);
                sum += slope.Select((g, j) => Math.Pow(g - c * (noise[j] - x[j]), 2)).Sum() / (2 * 3);
            }
            return sum / ScoreUpdate.Batch;
        });
    }
}
