using Joule.Objectives;
using Xunit;

namespace Joule.Tests.Objectives;

public sealed class LowerMedianTests
{
    [Theory]
    [InlineData(7, new double[] { 7 })]
    [InlineData(2, new double[] { 9, 1, 2 })]
    [InlineData(3, new double[] { 9, 3, 5, 1 })] // of 3 and 5, the lower
    public void It_is_the_middle_or_the_lower_of_two_middle_values(double expected, double[] values) =>
        Assert.Equal(expected, LowerMedian.Of(values));
}
