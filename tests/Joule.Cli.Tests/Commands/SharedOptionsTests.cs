using System.CommandLine;
using Joule.Cli.Commands;
using Xunit;

namespace Joule.Cli.Tests.Commands;

public sealed class SharedOptionsTests
{
    private static readonly Option<int?> Epochs = SharedOptions.OptionalNumber("--epochs", "N", "Epochs.", 1, int.MaxValue);
    private static readonly Option<double> Minutes = SharedOptions.Number("--time", "MINUTES", "Time.", 0.1, 1000.0, 10.0);
    private static readonly Option<ulong> Seed = SharedOptions.Seed();
    private static readonly Option<KeyValuePair<string, string>[]> Set = SharedOptions.Set();

    [Theory]
    [InlineData("0")]
    [InlineData("1")]
    [InlineData("-0.1")]
    [InlineData("NaN")]
    [InlineData("a")]
    public void A_share_lies_between_its_ends(string given)
    {
        Option<double?> share = SharedOptions.Share("--alarm-rate", "R", "The share.");
        Assert.Equal(0.25, new RootCommand { share }.Parse(["--alarm-rate", "0.25"]).GetValue(share));
        Assert.Equal($"--alarm-rate expects a number above 0 and below 1, given '{given}'",
            Assert.Single(new RootCommand { share }.Parse([$"--alarm-rate={given}"]).Errors).Message);
    }

    [Fact]
    public void Missing_options_have_their_defaults()
    {
        ParseResult parsed = Parse();
        Assert.Null(parsed.GetValue(Epochs));
        Assert.Equal(10.0, parsed.GetValue(Minutes));
        Assert.Equal(1UL, parsed.GetValue(Seed));
        Assert.Empty(parsed.GetRequiredValue(Set));
    }

    [Fact]
    public void Given_options_are_read()
    {
        ParseResult parsed = Parse("--epochs", "3", "--time=0.5", "--seed", "18446744073709551615", "--set", "a.b=1", "--set", "c = d=e");
        Assert.Empty(parsed.Errors);
        Assert.Equal(3, parsed.GetValue(Epochs));
        Assert.Equal(0.5, parsed.GetValue(Minutes));
        Assert.Equal(ulong.MaxValue, parsed.GetValue(Seed));
        Assert.Equal([new("a.b", "1"), new("c", "d=e")], parsed.GetRequiredValue(Set));
    }

    [Theory]
    [InlineData("--epochs", "0", "--epochs expects a whole number of at least 1, given '0'")]
    [InlineData("--epochs", "-5", "--epochs expects a whole number of at least 1, given '-5'")]
    [InlineData("--epochs", "1.5", "--epochs expects a whole number of at least 1, given '1.5'")]
    [InlineData("--epochs", "99999999999", "--epochs expects a whole number of at least 1, given '99999999999'")]
    [InlineData("--seed", "-1", "--seed expects a whole number of at least 0, given '-1'")]
    [InlineData("--time", "nan", "--time expects a number from 0.1 to 1000, given 'nan'")]
    [InlineData("--time", "0", "--time expects a number from 0.1 to 1000, given '0'")]
    [InlineData("--set", "alpha", "--set expects key=value, given 'alpha'")]
    [InlineData("--set", "=1", "--set expects key=value, given '=1'")]
    [InlineData("--set", " =1", "--set expects key=value, given ' =1'")]
    [InlineData("--set", "data=", "--set data= gives no value")]
    [InlineData("--set", "data= ", "--set data= gives no value")]
    [InlineData("--set", "", "--set is empty")]
    public void A_bad_value_is_an_error_that_says_what_was_expected(string option, string value, string expected) =>
        Assert.StartsWith(expected, UsageError.Find(Parse(option, value), [option, value]), StringComparison.Ordinal);

    private static ParseResult Parse(params string[] args)
    {
        Command command = new("test") { Epochs, Minutes, Seed, Set };
        command.SetAction(_ => 0);
        return command.Parse(args);
    }
}
