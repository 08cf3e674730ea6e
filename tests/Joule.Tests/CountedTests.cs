using Xunit;

namespace Joule.Tests;

public sealed class CountedTests
{
    [Theory]
    [InlineData(0, "0 steps")]
    [InlineData(1, "1 step")]
    [InlineData(2, "2 steps")]
    [InlineData(1234567, "1,234,567 steps")]
    public void Only_one_is_singular_and_thousands_are_separated(long count, string expected) =>
        Assert.Equal(expected, Counted.Of(count, "step"));
}
