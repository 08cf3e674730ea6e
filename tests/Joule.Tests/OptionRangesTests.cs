using Xunit;

namespace Joule.Tests;

public sealed class OptionRangesTests
{
    [Fact]
    public void Ends_belong_to_a_range_only_if_its_name_says_so()
    {
        Assert.Equal([false, true, true], In(new AtLeastAttribute(2), 1.999, 2, 1e300));
        Assert.Equal([false, false, true], In(new AboveAttribute(2), 1, 2, 2.001));
        Assert.Equal([true, false, false], In(new BelowAttribute(2), 1.999, 2, 3));
        Assert.Equal([false, true, true, false], In(new BetweenAttribute(-1, 1), -1.001, -1, 1, 1.001));
    }

    [Fact]
    public void NaN_is_in_no_range() => Assert.All(
        (OptionRangeAttribute[])[new AtLeastAttribute(0), new AboveAttribute(0), new BelowAttribute(0), new BetweenAttribute(-1, 1)],
        range => Assert.Equal((false, false), (range.Holds(double.NaN), range.Holds(float.NaN))));

    [Fact]
    public void Every_numeric_type_is_compared()
    {
        AtLeastAttribute range = new(3);
        Assert.Equal((true, true, true, true), (range.Holds(3), range.Holds(3f), range.Holds(3L), range.Holds(ulong.MaxValue)));
        Assert.False(range.Holds(2));
    }

    [Fact]
    public void Blank_text_is_empty()
    {
        NotEmptyAttribute range = new("a name");
        Assert.Equal([false, false, true], ((string[])["", " \t", "x"]).Select(range.Holds));
        Assert.Equal("a name", range.Text);
    }

    [Fact]
    public void Items_are_counted()
    {
        ItemsAttribute range = new(2);
        Assert.Equal([false, true, true], ((int[][])[[1], [1, 2], [1, 2, 3]]).Select(range.Holds));
        Assert.Contains("1 item", range.Fault(new[] { 1 }), StringComparison.Ordinal);
        Assert.Contains("2 items", range.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Limits_are_written_without_rounding() =>
        Assert.Equal("between -0.1 and 1E+300", new BetweenAttribute(-0.1, 1e300).Text);

    private static bool[] In(OptionRangeAttribute range, params double[] values) => [.. values.Select(v => range.Holds(v))];
}
