using System.CommandLine;
using Joule.Cli.Commands;
using Xunit;

namespace Joule.Cli.Tests;

/// <summary>An empty option or argument, as from an unset shell variable, for every command of the catalogue.</summary>
public sealed class EmptyValueTests
{
    public static TheoryData<string, string> Options
    {
        get
        {
            TheoryData<string, string> data = [];
            foreach ((string path, Command command) in Commands())
                foreach (Option option in command.Options.Where(TakesValue))
                    data.Add(path, option.Name);
            return data;
        }
    }

    public static TheoryData<string, string> Arguments
    {
        get
        {
            TheoryData<string, string> data = [];
            foreach ((string path, Command command) in Commands())
                foreach (Argument argument in command.Arguments)
                    data.Add(path, argument.Name);
            return data;
        }
    }

    [Fact]
    public void The_options_and_arguments_are_found()
    {
        Assert.Contains(Options, row => row.Data == ("train", "--out"));
        Assert.Contains(Options, row => row.Data == ("evaluate", "--against"));
        Assert.Contains(Arguments, row => row.Data == ("data fetch", "NAME"));
        Assert.Contains(Arguments, row => row.Data == ("train", "PRESET"));
    }

    [Theory]
    [MemberData(nameof(Options))]
    public void An_empty_option_is_an_error_that_names_it(string path, string option)
    {
        string[] line = [.. path.Split(' '), .. Find(path).Arguments.Where(a => a.Arity.MinimumNumberOfValues > 0).Select(_ => "x")];
        AssertNamed(option, [.. line, option, ""]);
        AssertNamed(option, [.. line, option, " "]);
        AssertNamed(option, [.. line, $"{option}="]);
        AssertNamed(option, [.. line, $"{option}= "]);
        // The parser takes the next word for the value.
        AssertNamed(option, [.. path.Split(' '), $"{option}=", .. line.Skip(path.Split(' ').Length), "y"]);
    }

    [Theory]
    [MemberData(nameof(Arguments))]
    public void An_empty_argument_is_an_error_that_names_it(string path, string argument)
    {
        foreach (string empty in (string[])["", " ", "\t"])
            AssertNamed(argument, [.. path.Split(' '), .. Find(path).Arguments.Select(a => a.Name == argument ? empty : "x")]);
    }

    [Theory]
    [InlineData("unknown command ''", "")]
    [InlineData("--set summary= gives no value", "train", "--set", "summary=")]
    [InlineData("--json is empty", "info", "x", "--json=")]
    [InlineData("--debug is empty", "info", "x", "--debug=")]
    public void Other_empty_values_are_errors_of_the_user(string expected, params string[] line) => AssertError(expected, line);

    [Fact]
    public void After_two_dashes_a_name_may_end_in_an_equals_sign() => AssertError("'--out=' is not a folder", ["plot", "--", "--out="]);

    private static void AssertNamed(string name, string[] line) => AssertError($"{name} is empty", line);

    private static void AssertError(string expected, string[] line)
    {
        (int code, string output, string error) = JouleProgramTests.Invoke(line);
        Assert.Equal((ExitCodes.InvalidInput, ""), (code, output));
        Assert.StartsWith($"joule: error: {expected}", error, StringComparison.Ordinal);
    }

    private static bool TakesValue(Option option) => option.Arity.MaximumNumberOfValues > 0 && option.ValueType != typeof(bool);

    private static IEnumerable<(string Path, Command Command)> Commands() =>
        CommandCatalogue.Build().SelectMany(command => Tree(command.Name, command));

    private static IEnumerable<(string Path, Command Command)> Tree(string path, Command command) =>
        command.Subcommands.SelectMany(c => Tree($"{path} {c.Name}", c)).Prepend((path, command));

    private static Command Find(string path) => Commands().Single(c => c.Path == path).Command;
}
