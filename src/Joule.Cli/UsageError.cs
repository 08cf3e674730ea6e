using System.CommandLine;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;

namespace Joule.Cli;

/// <summary>Describes what is wrong with a command line, and what was probably meant, in two lines.</summary>
internal static class UsageError
{
    /// <summary>Describes the first error, or returns null if the command line can be run.</summary>
    /// <param name="parsed">The parsed command line.</param>
    /// <param name="args">The raw command line.</param>
    public static string? Find(ParseResult parsed, IReadOnlyList<string> args)
    {
        if (parsed.Action is HelpWithExamples && parsed.UnmatchedTokens.Count == 0)
            return null;
        if ((EmptyValue.Find(parsed, args) ?? Reason(parsed)) is not { } reason)
            return null;
        return $"{reason}\nRun '{FullName(parsed)} --help' to see what is accepted.";
    }

    private static string? Reason(ParseResult parsed)
    {
        // Checked first, because the parser takes an unknown option for the value of an argument.
        if (!parsed.Tokens.Any(token => token.Type == TokenType.DoubleDash)
            && Values(parsed.CommandResult).FirstOrDefault(LooksLikeOption) is { } slip)
            return UnknownOption(parsed, slip);
        if (parsed.UnmatchedTokens.Count > 0)
            return Unmatched(parsed, parsed.UnmatchedTokens[0]);
        return parsed.Action is ParseErrorAction || parsed.Errors.Count > 0
            ? LowerFirst(parsed.Errors[0].Message.ReplaceLineEndings(" ").TrimEnd('.', ' '))
            : null;
    }

    private static string Unmatched(ParseResult parsed, string given)
    {
        Command command = parsed.CommandResult.Command;
        if (LooksLikeOption(given))
            return UnknownOption(parsed, given);
        return command.Subcommands.Count > 0
            ? $"unknown command '{given}'{Hint(given, command.Subcommands.Where(c => !c.Hidden).Select(c => c.Name))}"
            : $"unexpected argument '{given}'";
    }

    private static string UnknownOption(ParseResult parsed, string given)
    {
        string option = given.Split('=', ':')[0];
        IEnumerable<Option> known = parsed.CommandResult.Command.Options
            .Concat(parsed.RootCommandResult.Command.Options.Where(o => o.Recursive)).Where(o => !o.Hidden);
        return $"unknown option '{option}'{Hint(option, known.SelectMany(o => o.Aliases.Prepend(o.Name)))}";
    }

    private static string Hint(string given, IEnumerable<string> known) =>
        NearestName.Find(given, known) is { } name ? $"; did you mean '{name}'?" : "";

    private static IEnumerable<string> Values(SymbolResult result) => result switch
    {
        CommandResult command => command.Children.Where(child => child is not CommandResult).SelectMany(Values),
        OptionResult or ArgumentResult => result.Tokens.Select(token => token.Value),
        _ => [],
    };

    private static bool LooksLikeOption(string text) =>
        text.Length > 1 && text[0] == '-' && (text[1] == '-' || char.IsAsciiLetter(text[1]));

    private static string FullName(ParseResult parsed)
    {
        List<string> names = [];
        for (SymbolResult? result = parsed.CommandResult; result is not null; result = result.Parent)
        {
            if (result is CommandResult command)
                names.Insert(0, command.Command.Name);
        }

        return string.Join(' ', names);
    }

    private static string LowerFirst(string text) => text.Length == 0 ? text : char.ToLowerInvariant(text[0]) + text[1..];
}
