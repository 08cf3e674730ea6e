using System.CommandLine;
using System.CommandLine.Parsing;

namespace Joule.Cli;

/// <summary>
/// Finds an option or argument that was given nothing but blanks, as an unset shell variable leaves it. Checked in one place, before any command sees its values.
/// </summary>
internal static class EmptyValue
{
    /// <summary>Describes the first empty value of a command line, or gives null where there is none.</summary>
    /// <param name="parsed">The command line, parsed.</param>
    /// <param name="args">The command line as it was given: the parser takes the word after <c>--option=</c> for the option's value.</param>
    public static string? Find(ParseResult parsed, IReadOnlyList<string> args) =>
        Values(parsed.RootCommandResult).FirstOrDefault(v => v.Value.AsSpan().IsWhiteSpace()).Name is { } name ? Message(name)
        : args.TakeWhile(arg => arg != "--").Select(arg => Attached(parsed, arg)).FirstOrDefault(found => found is not null) is { } option ? Message(option)
        : null;

    private static string Message(string name) =>
        $"{name} is empty: a value was expected. Give one{(name.StartsWith('-') ? $", or leave {name} out" : "")}; an unset variable of the shell leaves such a gap";

    /// <summary>The option of <c>--option=</c> or <c>--option:</c> with nothing after it, else null.</summary>
    private static string? Attached(ParseResult parsed, string arg)
    {
        int end = arg.AsSpan().IndexOfAny('=', ':');
        if (end < 2 || !arg.StartsWith("--", StringComparison.Ordinal) || !arg.AsSpan(end + 1).IsWhiteSpace())
            return null;
        string name = arg[..end];
        return parsed.CommandResult.Command.Options.Concat(parsed.RootCommandResult.Command.Options)
            .FirstOrDefault(option => option.Name == name || option.Aliases.Contains(name))?.Name;
    }

    private static IEnumerable<(string? Name, string Value)> Values(SymbolResult result) => result switch
    {
        CommandResult command => command.Children.SelectMany(Values),
        OptionResult option => option.Tokens.Select(token => ((string?)option.Option.Name, token.Value)),
        ArgumentResult argument => argument.Tokens.Select(token => ((string?)argument.Argument.Name, token.Value)),
        _ => [],
    };
}
