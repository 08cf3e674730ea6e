using Xunit;

namespace Joule.Tests;

public sealed class NearestNameTests
{
    private static readonly string[] Known = ["mnist", "fashion-mnist", "digits", "seed"];

    [Theory]
    [InlineData("", "", 0)]
    [InlineData("", "abc", 3)]
    [InlineData("kitten", "sitting", 3)]
    [InlineData("ab", "ba", 1)]
    [InlineData("ca", "abc", 3)] // optimal string alignment: a swapped pair is not edited again
    [InlineData("mnits", "mnist", 1)]
    public void The_distance_is_the_published_one(string a, string b, int distance)
    {
        Assert.Equal(distance, NearestName.Distance(a, b));
        Assert.Equal(distance, NearestName.Distance(b, a));
    }

    [Theory]
    [InlineData("mnits", "mnist")]
    [InlineData("MNIST", "mnist")]
    [InlineData("fashon-mnist", "fashion-mnist")]
    [InlineData("fashion", "fashion-mnist")]
    [InlineData("sed", "seed")]
    [InlineData("digit", "digits")]
    [InlineData("imagenet", null)]
    [InlineData("x", null)]
    [InlineData("", null)]
    public void A_near_name_is_proposed_and_a_far_one_is_not(string given, string? expected) => Assert.Equal(expected, NearestName.Find(given, Known));

    [Fact]
    public void Of_two_equally_near_the_first_wins() => Assert.Equal("bat", NearestName.Find("rat", ["bat", "cat"]));
}
