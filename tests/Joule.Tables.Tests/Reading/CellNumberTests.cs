using Xunit;

namespace Joule.Tables.Tests.Reading;

public sealed class CellNumberTests
{
    [Theory]
    [InlineData(" 1.5 ", '.', 1.5)]
    [InlineData("-2e3", '.', -2000)]
    [InlineData("5.", '.', 5)]
    [InlineData("1,5", ',', 1.5)]
    [InlineData("-Inf", '.', double.NegativeInfinity)]
    [InlineData("+infinity", ',', double.PositiveInfinity)]
    public void Numbers_are_read(string text, char point, double expected)
    {
        Assert.True(CellNumber.TryParse(text, point, out double value));
        Assert.Equal(expected, value);
    }

    [Theory]
    [InlineData("", '.')]
    [InlineData(" ", '.')]
    [InlineData("NaN", '.')]
    [InlineData("1,000", '.')]
    [InlineData("1.5", ',')]
    [InlineData("--inf", '.')]
    [InlineData("0x10", '.')]
    [InlineData("1 2", '.')]
    public void Other_text_is_not_a_number(string text, char point) => Assert.False(CellNumber.TryParse(text, point, out _));

    [Theory]
    [InlineData("1,5", true)]
    [InlineData("-1.000,5", true)]
    [InlineData("1.5", false)]
    [InlineData("a,5", false)]
    [InlineData("1,", false)]
    public void A_decimal_comma_is_recognised(string text, bool expected) => Assert.Equal(expected, CellNumber.HasComma(text));
}
