using Xunit;

namespace Joule.Cli.Tests;

public sealed class JouleProgramTests
{
    [Theory]
    [InlineData("no-such-command", "unknown command 'no-such-command'")]
    [InlineData("plto", "unknown command 'plto'; did you mean 'plot'?")]
    [InlineData("--debgu", "unknown option '--debgu'; did you mean '--debug'?")]
    [InlineData("plot --ouy=x.png", "unknown option '--ouy'; did you mean '--out'?")]
    [InlineData("plot --ouy x.png", "unknown option '--ouy'; did you mean '--out'?")]
    [InlineData("plot run --out --debgu", "unknown option '--debgu'; did you mean '--debug'?")]
    [InlineData("plot run other", "unexpected argument 'other'")]
    [InlineData("plot", "required argument 'RUN' missing")]
    [InlineData("plot run --out", "required argument missing for option: '--out'")]
    [InlineData("plot @file", "'@file' is not a folder")]
    public void An_invalid_command_line_is_an_error_of_two_lines_and_exit_code_2(string line, string expected)
    {
        (int code, string output, string error) = Invoke(line.Split(' '));
        Assert.Equal(ExitCodes.InvalidInput, code);
        Assert.Equal("", output);
        Assert.StartsWith("joule: error: " + expected, error, StringComparison.Ordinal);
        Assert.InRange(error.TrimEnd().Split('\n').Length, 1, 2);
    }

    [Fact]
    public void After_two_dashes_a_name_may_look_like_an_option()
    {
        (int code, _, string error) = Invoke("plot", "--", "--odd");
        Assert.Equal(ExitCodes.InvalidInput, code);
        Assert.Contains("'--odd' is not a folder", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData()]
    [InlineData("--help")]
    [InlineData("-h")]
    public void Without_a_command_the_program_lists_its_commands(params string[] args)
    {
        (int code, string output, string error) = Invoke(args);
        Assert.Equal(ExitCodes.Success, code);
        Assert.Contains("joule [command] [options]", output, StringComparison.Ordinal);
        Assert.Contains("plot <RUN>", output, StringComparison.Ordinal);
        Assert.Equal("", error);
    }

    [Fact]
    public void The_version_is_one_line()
    {
        (int code, string output, _) = Invoke("--version");
        Assert.Equal(ExitCodes.Success, code);
        Assert.Matches(@"^\d+\.\d+\.\d+\S*\s*$", output);
    }

    [Fact]
    public void The_stack_trace_comes_with_debug_only()
    {
        Assert.DoesNotContain("   at ", Invoke("plot", "/no/such/folder").Error, StringComparison.Ordinal);
        Assert.Contains("   at ", Invoke("plot", "/no/such/folder", "--debug").Error, StringComparison.Ordinal);
        Assert.Contains("   at ", Invoke("--debug", "plot", "/no/such/folder").Error, StringComparison.Ordinal);
    }

    internal static (int Code, string Output, string Error) Invoke(params string[] args)
    {
        using StringWriter output = new(), error = new();
        int code = JouleProgram.Run(args, output, error);
        return (code, output.ToString(), error.ToString());
    }
}
