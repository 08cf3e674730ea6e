using System.CommandLine;
using System.CommandLine.Parsing;

namespace Joule.Cli;

/// <summary>
/// Finds an option or argument with an empty or blank value, as an unset shell variable leaves it. Checked here, before any command
/// sees its values.
/// </summary>
internal static class EmptyValue
{
    /// <summary>Describes the first empty value on a command line, or returns null.</summary>
    /// <param name="parsed">The parsed command line.</param>
    /// <param name="args">The raw command line, since the parser takes the word after <c>--option=</c> as the option's value.</param>
    public static string? Find(ParseResult parsed, IReadOnlyList<string> args)
    {
        string? empty = Values(parsed.RootCommandResult).FirstOrDefault(value => value.Value.AsSpan().IsWhiteSpace()).Name
            ?? args.TakeWhile(arg => arg != "--").Select(arg => Attached(parsed, arg)).FirstOrDefault(name => name is not null);
        return empty is null ? null : Message(empty);
    }

    private static string Message(string name) =>
        $"{name} is empty: a value was expected. Give one{(name.StartsWith('-') ? $", or omit {name}" : "")}; "
            + "an unset shell variable may be the cause";

    /// <summary>The option in <c>--option=</c> or <c>--option:</c> with nothing after it, otherwise null.</summary>
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
