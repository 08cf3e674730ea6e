using System.CommandLine;
using Joule.Cli.Commands;
using Xunit;

namespace Joule.Cli.Tests.Commands;

/// <summary>Rules that hold for every command of the program.</summary>
public sealed class CommandCatalogueTests
{
    public static TheoryData<string> Names => [.. CommandCatalogue.Build().Select(command => command.Name)];

    [Fact]
    public void Commands_are_found_and_their_names_are_unique()
    {
        string[] names = [.. CommandCatalogue.Build().Select(command => command.Name)];
        Assert.Contains("plot", names);
        Assert.Equal(names.Distinct(), names);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Help_explains_every_command(string name)
    {
        Command command = CommandCatalogue.Build().Single(c => c.Name == name);
        Assert.All(Tree(command), AssertTeaches);
        (int code, string output, _) = JouleProgramTests.Invoke(name, "--help");
        Assert.Equal(ExitCodes.Success, code);
        Assert.Contains($"joule {name}", output, StringComparison.Ordinal);
        Assert.Contains("Examples:", output, StringComparison.Ordinal);
    }

    private static void AssertTeaches(Command command)
    {
        Assert.False(string.IsNullOrWhiteSpace(command.Description), $"{command.Name} has no description");
        Assert.All(command.Options,
            option => Assert.False(string.IsNullOrWhiteSpace(option.Description), $"{option.Name} has no description"));
        Assert.All(command.Arguments,
            argument => Assert.False(string.IsNullOrWhiteSpace(argument.Description), $"{argument.Name} has no description"));
        if (command.Subcommands.Count > 0)
            return;
        DocumentedCommand documented = Assert.IsType<DocumentedCommand>(command);
        Assert.InRange(documented.Examples.Count, 1, 5);
        Assert.All(documented.Examples, example => Assert.StartsWith("joule ", example.CommandLine, StringComparison.Ordinal));
    }

    private static IEnumerable<Command> Tree(Command command) => command.Subcommands.SelectMany(Tree).Prepend(command);
}
