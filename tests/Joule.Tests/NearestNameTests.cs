using Xunit;

namespace Joule.Tests;

public sealed class NearestNameTests
{
    private static readonly string[] Names = ["train", "sample", "score", "evaluate", "plot", "--epochs"];

    [Theory]
    [InlineData("trian", "train")]
    [InlineData("Plot", "plot")]
    [InlineData("eval", "evaluate")]
    [InlineData("--epoch", "--epochs")]
    [InlineData("scoer", "score")]
    public void A_typing_error_finds_the_intended_name(string given, string expected) =>
        Assert.Equal(expected, NearestName.Find(given, Names));

    [Theory]
    [InlineData("frobnicate")]
    [InlineData("x")]
    [InlineData("")]
    public void A_name_far_from_all_others_finds_none(string given) => Assert.Null(NearestName.Find(given, Names));
}
