using Xunit;

namespace Joule.Cli.Tests.Commands;

public sealed class DataCommandTests
{
    [Fact]
    public void The_datasets_are_listed()
    {
        (int code, string output, _) = JouleProgramTests.Invoke("data", "list");
        Assert.Equal(0, code);
        Assert.Contains("fashion-mnist", output, StringComparison.Ordinal);
        Assert.Single(JouleProgramTests.Invoke("data", "list", "--json").Output.TrimEnd('\n').Split('\n'));
    }

    [Fact]
    public void An_unknown_dataset_is_an_error_that_proposes_the_nearest()
    {
        (int code, string output, string error) = JouleProgramTests.Invoke("data", "fetch", "mnits");
        Assert.Equal((ExitCodes.InvalidInput, ""), (code, output));
        Assert.Contains("Did you mean \"mnist\"?", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_command_it_says_where_help_is()
    {
        (int code, _, string error) = JouleProgramTests.Invoke("data");
        Assert.Equal(ExitCodes.InvalidInput, code);
        Assert.Contains("joule data --help", error, StringComparison.Ordinal);
    }
}
