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
        command.SetAction((parsed, cancellation) =>
        {
            CommandConfiguration configuration = (CommandConfiguration)parsed.InvocationConfiguration;
            return Task.FromResult(run(parsed, new CommandContext(configuration.Output, configuration.Error, configuration.Interruption.Hold, cancellation)));
        });
}

/// <summary>How a command line is run: with the two outputs and the signals of the process.</summary>
internal sealed class CommandConfiguration : InvocationConfiguration
{
    public CommandConfiguration(TextWriter output, TextWriter error, Interruption interruption)
    {
        (Output, Error, Interruption) = (output, error, interruption);
        EnableDefaultExceptionHandler = false;
        ProcessTerminationTimeout = null;
    }

    /// <summary>Tells of signals.</summary>
    public Interruption Interruption { get; }
}

/// <summary>What a running command works with.</summary>
/// <param name="Output">Standard output: results.</param>
/// <param name="Error">Standard error: progress and messages.</param>
/// <param name="Hold">Until what it returns is disposed of, a signal only sets <paramref name="Cancellation"/>: for work that has something to save first.</param>
/// <param name="Cancellation">Set by Ctrl-C, SIGTERM and SIGHUP. Work that does not look at it is ended a moment later all the same.</param>
internal sealed record CommandContext(TextWriter Output, TextWriter Error, Func<IDisposable> Hold, CancellationToken Cancellation)
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
