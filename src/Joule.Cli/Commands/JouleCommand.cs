using System.CommandLine;

namespace Joule.Cli.Commands;

/// <summary>
/// One command of the command line. To add a command is to add one file with one class that derives from this one, is not
/// abstract and has a constructor without parameters: <see cref="CommandCatalogue"/> finds it.
/// </summary>
internal abstract class JouleCommand
{
    /// <summary>Builds the command with its arguments, options, help text and action. Must be quick: every start of the program calls it.</summary>
    public abstract Command Build();

    /// <summary>Sets what a command does. Errors are thrown: the program turns them into messages and exit codes.</summary>
    protected static void OnRun(Command command, Func<ParseResult, CommandContext, int> run) =>
        command.SetAction((parsed, cancellation) => Task.FromResult(
            run(parsed, new CommandContext(parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error, cancellation))));
}

/// <summary>What a running command works with.</summary>
/// <param name="Output">Standard output: results.</param>
/// <param name="Error">Standard error: progress and messages.</param>
/// <param name="Cancellation">Set by Ctrl-C and SIGTERM.</param>
internal sealed record CommandContext(TextWriter Output, TextWriter Error, CancellationToken Cancellation)
{
    /// <summary>Where text for a person goes: standard output, unless that is kept for the one JSON object.</summary>
    public TextWriter Human(bool json) => json ? Error : Output;
}

/// <summary>An example in a help page.</summary>
/// <param name="CommandLine">What to type.</param>
/// <param name="Meaning">What it does.</param>
internal sealed record Example(string CommandLine, string Meaning);

/// <summary>A command whose help page ends with examples.</summary>
internal sealed class DocumentedCommand(string name, string description, params Example[] examples) : Command(name, description)
{
    public IReadOnlyList<Example> Examples { get; } = examples;
}
