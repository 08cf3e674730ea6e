using Joule.Compute;
using Joule.Samplers;
using Xunit;

namespace Joule.Tests.Samplers;

public sealed class PooledCovariancesTests
{
    [Fact]
    public void Covariances_are_those_of_the_definition()
    {
        const int width = 5, count = 40;
        Rows states = TestRows.Normal(count, width, 3);
        for (int c = 0; c < count; c++)
        {
            states[c][3] += 2 * states[c][1];
            states[c][4] += 1000;
        }
        PooledCovariances pooled = new(width);
        pooled.Add(states.Slice(0, 7).Span);
        pooled.Add(states.Slice(7, 33).Span);
        Assert.Equal(count, pooled.Count);
        for (int i = 0; i < width; i++)
        {
            for (int j = 0; j < width; j++)
            {
                double meanI = 0, meanJ = 0, expected = 0;
                for (int c = 0; c < count; c++)
                    (meanI, meanJ) = (meanI + states[c][i] / (double)count, meanJ + states[c][j] / (double)count);
                for (int c = 0; c < count; c++)
                    expected += (states[c][i] - meanI) * (states[c][j] - meanJ) / (count - 1);
                Assert.Equal(expected, pooled.Covariance(i, j), 1e-10);
            }
        }
        Assert.True(pooled.Covariance(1, 3) > 1);
        float[] masses = pooled.InverseMass();
        Assert.Equal(pooled.Covariance(1, 3) * 40 / 45, masses[1 * width + 3], 1e-6);
        Assert.Equal(masses[1 * width + 3], masses[3 * width + 1]);
        Assert.Equal(pooled.Covariance(2, 2) * 40 / 45 + 1e-3 * 5 / 45, masses[2 * width + 2], 1e-6);
    }

    [Fact]
    public void Few_states_of_wide_numbers_still_give_a_positive_definite_matrix()
    {
        // Three states span a plane: all other directions have a variance of 0, and 10⁻³ is lost beside variances of 10⁸ in float32.
        PooledCovariances pooled = new(6);
        pooled.Add(TestRows.Normal(3, 6, 1, 1e4f).Span);
        float[] masses = pooled.InverseMass();
        Assert.NotNull(DenseMetric.Factor(masses, 6, out _));
        for (int i = 0; i < 6; i++)
        {
            Assert.Equal(pooled.Covariance(i, i) * 3 / 8, masses[i * 6 + i], 1e-6 * pooled.Covariance(i, i));
            for (int j = 0; j < i; j++)
                Assert.Equal(pooled.Covariance(i, j) * 3 / 8, masses[i * 6 + j], 1e-3 * Math.Abs(pooled.Covariance(i, j)));
        }
    }

    [Fact]
    public void The_state_is_saved_and_restored()
    {
        PooledCovariances pooled = new(4), other = new(4);
        pooled.Add(TestRows.Normal(9, 4, 1).Span);
        double[] numbers = new double[pooled.NumberCount];
        Assert.Equal(1 + 4 + 10, numbers.Length);
        pooled.Save(numbers);
        other.Load(numbers);
        pooled.Add(TestRows.Normal(5, 4, 2).Span);
        other.Add(TestRows.Normal(5, 4, 2).Span);
        Assert.Equal(pooled.InverseMass(), other.InverseMass());
        other.Clear();
        Assert.Equal(0, other.Count);
        Assert.Throws<InvalidOperationException>(() => other.InverseMass());
    }
}
