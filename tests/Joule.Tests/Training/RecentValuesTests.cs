using Joule.Training;
using Xunit;

namespace Joule.Tests.Training;

public sealed class RecentValuesTests
{
    [Fact]
    public void The_median_is_known_once_half_of_the_values_are()
    {
        double[] memory = new double[RecentValues.Length(5)], scratch = new double[5];
        List<double> medians = [];
        foreach (double value in (double[])[3, 1, 2, 9, 8, 7, 1e9])
        {
            RecentValues.Add(memory, value);
            medians.Add(RecentValues.Median(memory, scratch));
        }
        Assert.Equal([double.NaN, double.NaN, 2, 2, 3, 7, 8], medians);
    }

    [Fact]
    public void A_single_place_holds_the_last_value()
    {
        double[] memory = new double[RecentValues.Length(1)], scratch = new double[1];
        Assert.True(double.IsNaN(RecentValues.Median(memory, scratch)));
        foreach (double value in (double[])[3, 1])
        {
            RecentValues.Add(memory, value);
            Assert.Equal(value, RecentValues.Median(memory, scratch));
        }
    }
}
