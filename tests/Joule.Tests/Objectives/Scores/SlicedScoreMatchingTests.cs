using Joule.Compute;
using Joule.Objectives;
using Xunit;

namespace Joule.Tests.Objectives;

public sealed class SlicedScoreMatchingTests
{
    [Theory]
    [InlineData(1, true)]
    [InlineData(1, false)]
    [InlineData(3, true)]
    [InlineData(3, false)]
    public void The_gradient_is_that_of_the_loss_in_float64(int projections, bool reduced)
    {
        using ScoreUpdate update = new(new SlicedScoreMatchingOptions { Projections = projections, VarianceReduction = reduced });
        RandomStream draws = new(ScoreUpdate.Seed, RandomPurpose.ScoreNoise, ScoreUpdate.Number);
        update.Check(theta => Enumerable.Range(0, ScoreUpdate.Batch * projections).Average(i =>
        {
            float[] uniform = new float[3];
            draws.FillUniform(uniform, (uint)i, -1, 1);
            double[] v = [.. uniform.Select(u => u < 0 ? -1.0 : 1)], x = TestRows.Doubles(update.Data[i / projections]);
            double[] along = update.Energy.Along(theta, x, v);
            double square = reduced ? update.Energy.Gradient(theta, x).Sum(g => g * g) : along[1] * along[1];
            return square / 2 - along[2];
        }));
    }

    [Fact]
    public void Its_mean_over_many_directions_is_exact_score_matching()
    {
        using ScoreUpdate exact = new(new ScoreMatchingOptions());
        using ScoreUpdate sliced = new(new SlicedScoreMatchingOptions { Projections = 1000 });
        // 6,000 values of vᵀ∇²E v with a standard deviation of at most the Frobenius norm of the off-diagonal part, here below 1:
        // four standard errors are 0.06.
        Assert.Equal(exact.Loss, sliced.Loss, 0.06);
        Assert.NotEqual(exact.Loss, sliced.Loss, 1e-9);
    }
}
