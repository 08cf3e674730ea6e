using Joule.Data;
using Xunit;

namespace Joule.Tests.Data;

public sealed class ValueRangeTests
{
    [Theory]
    [InlineData("0..1", 0, 1)]
    [InlineData("-1..1", -1, 1)]
    [InlineData("0,65535", 0, 65535)]
    [InlineData(" -0.5 .. 1e3 ", -0.5, 1000)]
    [InlineData(".5,.75", 0.5, 0.75)]
    [InlineData("-1e38..2e38", -1e38, 2e38)]
    public void A_range_is_two_numbers(string text, double low, double high)
    {
        Assert.True(ValueRange.TryParse(text, out ValueRange range));
        Assert.Equal(new ValueRange(low, high), range);
        Assert.True(ValueRange.TryParse(range.ToString(), out ValueRange again));
        Assert.Equal(range, again);
    }

    [Theory]
    [InlineData("")]
    [InlineData(null)]
    [InlineData("1")]
    [InlineData("1..0")]
    [InlineData("1..1")]
    [InlineData("0..NaN")]
    [InlineData("0..Infinity")]
    [InlineData("0..1e39")]
    [InlineData("-3e38..3e38")]
    [InlineData("0...1")]
    [InlineData("0..1..2")]
    [InlineData("a..b")]
    public void Anything_else_is_not_a_range(string? text) => Assert.False(ValueRange.TryParse(text, out _));

    [Fact]
    public void Brightness_is_between_0_and_1()
    {
        ValueRange range = new(-1, 1);
        Assert.Equal([0f, 0.5f, 1f, 0f, 1f], new[] { -1.0, 0, 1, -1.00001, 1.00001 }.Select(range.Brightness));
    }
}
