using Xunit;

namespace Joule.Tests;

public sealed class OptionKeyTests
{
    public record Base
    {
        public required int FirstKey { get; init; }

        public int Computed => FirstKey + 1;
    }

    public sealed record Derived : Base
    {
        [AtLeast(0), Below(1)]
        public double Share { get; init; } = 0.5;

        [Above(0)]
        public float? Scale { get; init; }

        public string Text { get; init; } = "";

        public string? Maybe { get; init; }
    }

    [Fact]
    public void Keys_are_settable_properties_in_snake_case_with_those_of_the_base_first() =>
        Assert.Equal(["first_key", "share", "scale", "text", "maybe"], OptionKey.Of(typeof(Derived)).Select(k => k.Name));

    [Fact]
    public void A_key_knows_whether_it_is_required_and_may_be_null()
    {
        Assert.Equal([true, false, false, false, false], OptionKey.Of(typeof(Derived)).Select(k => k.IsRequired));
        Assert.Equal([false, false, true, false, true], OptionKey.Of(typeof(Derived)).Select(k => k.MayBeNull));
    }

    [Fact]
    public void Several_ranges_are_joined() =>
        Assert.Equal(["", "at least 0 and below 1", "above 0", "", ""], OptionKey.Of(typeof(Derived)).Select(k => k.RangeText));

    [Fact]
    public void Values_are_read_and_written()
    {
        Derived record = new() { FirstKey = 1 };
        OptionKey share = OptionKey.Of(typeof(Derived))[1];
        Assert.Equal(0.5, share.Get(record));
        share.Set(record, 0.25);
        Assert.Equal(0.25, record.Share);
    }
}
