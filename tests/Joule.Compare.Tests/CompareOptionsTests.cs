using Joule.Compare.Cases;
using Xunit;

namespace Joule.Compare.Tests;

public sealed class CompareOptionsTests
{
    [Fact]
    public void The_defaults_are_all_cases_with_care()
    {
        CompareOptions options = CompareOptions.Parse([]);
        Assert.False(options.Quick);
        Assert.Equal(CaseCatalogue.All, options.Cases);
        Assert.Null(options.Json);
    }

    [Theory]
    [InlineData("--quick", "--cases", "score,seed-step", "--json", "out.json")]
    [InlineData("--json=out.json", "--cases=seed-step, score", "--quick")]
    public void Options_are_read_in_any_order_and_form(params string[] arguments)
    {
        CompareOptions options = CompareOptions.Parse(arguments);
        Assert.True(options.Quick);
        Assert.Equal(["seed-step", "score"], options.Cases.Select(c => c.Name));
        Assert.Equal("out.json", options.Json);
    }

    [Theory]
    [InlineData("There is no case 'mlp-langvin'. Did you mean 'mlp-langevin'?", "--cases", "mlp-langvin")]
    [InlineData("There is no option '--fast'. The options are --quick,", "--fast")]
    [InlineData("The option '--json' needs a value", "--json")]
    [InlineData("The option '--cases' needs a value", "--cases", "--quick")]
    [InlineData("The option '--quick' takes no value", "--quick=1")]
    public void The_wrong_option_is_named(string expected, params string[] arguments) =>
        Assert.StartsWith(
            expected, Assert.Throws<InvalidInputException>(() => CompareOptions.Parse(arguments)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_wrong_command_line_exits_with_2_and_writes_no_output()
    {
        using StringWriter output = new(), messages = new();
        Assert.Equal(2, CompareProgram.Run(["--cases", "nothing"], output, messages));
        Assert.Equal("", output.ToString());
        Assert.Contains("double-well-hmc-L", messages.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Help_names_every_case()
    {
        using StringWriter output = new(), messages = new();
        Assert.Equal(0, CompareProgram.Run(["--help"], output, messages));
        Assert.All(CaseCatalogue.All, c => Assert.Contains(c.Name, output.ToString(), StringComparison.Ordinal));
    }
}
