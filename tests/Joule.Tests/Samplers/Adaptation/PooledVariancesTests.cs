using Joule.Samplers;
using Xunit;

namespace Joule.Tests.Samplers;

public sealed class PooledVariancesTests
{
    [Fact]
    public void Variances_are_those_of_all_states_together()
    {
        // 1, 2, 4, 9: mean 4, squares 9 + 4 + 0 + 25 = 38. A large mean takes no digits away.
        PooledVariances variances = new(2);
        variances.Add([1, 1001, 2, 1002]);
        variances.Add([4, 1004, 9, 1009]);
        Assert.Equal(4, variances.Count);
        Assert.Equal(38 / 3.0, variances.Variance(0), 1e-12);
        Assert.Equal(38 / 3.0, variances.Variance(1), 1e-12);
        float expected = (float)(38 / 3.0 * 4 / 9 + 1e-3 * 5 / 9);
        Assert.Equal([expected, expected], variances.InverseMass());
    }

    [Fact]
    public void Its_numbers_are_all_that_it_knows()
    {
        PooledVariances a = new(2), b = new(2);
        a.Add([1, 2, 3, 5, 8, 13]);
        double[] numbers = new double[a.NumberCount];
        a.Save(numbers);
        b.Load(numbers);
        a.Add([1, 1]);
        b.Add([1, 1]);
        Assert.Equal(4, b.Count);
        Assert.Equal(a.InverseMass(), b.InverseMass());
        b.Clear();
        Assert.Equal(0, b.Count);
        b.Add([1, 1]);
        Assert.Throws<InvalidOperationException>(() => b.InverseMass());
        b.Add([3, 1]);
        Assert.Equal((2, 0), (b.Variance(0), b.Variance(1)));
    }
}
