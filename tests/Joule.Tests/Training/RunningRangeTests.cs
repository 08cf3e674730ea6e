using Joule.Training;
using Xunit;

namespace Joule.Tests.Training;

public sealed class RunningRangeTests
{
    [Fact]
    public void The_first_values_enter_unchanged()
    {
        double[] range = new double[RunningRange.Length];
        foreach (double value in (double[])[2, 4, 6])
            RunningRange.Add(range, value, 100, 3);
        // Means 2, 3, 4; deviations 0, (0 + 2)/2, and then (1·2 + 3)/3.
        Assert.Equal((3, 4), (range[0], RunningRange.Mean(range)));
        Assert.Equal(5.0 / 3, RunningRange.Deviation(range), 1e-15);
    }

    [Fact]
    public void An_outlier_enters_as_a_value_at_the_edge()
    {
        double[] range = [10, 1, 0.1];
        RunningRange.Add(range, 1e9, 100, 3);
        Assert.Equal(1 + 0.3 / 11, RunningRange.Mean(range), 1e-12);
        Assert.Equal(0.1 + 0.2 / 11, RunningRange.Deviation(range), 1e-12);
    }

    [Fact]
    public void Old_values_are_forgotten()
    {
        double[] range = new double[RunningRange.Length];
        for (int i = 0; i < 2000; i++)
            RunningRange.Add(range, (i < 1000 ? 5 : 7) + (i % 2 - 0.5), 50, 25);
        Assert.Equal(50, range[0]);
        Assert.Equal(7, RunningRange.Mean(range), 0.02);
        Assert.Equal(0.5, RunningRange.Deviation(range), 0.02);
    }
}
