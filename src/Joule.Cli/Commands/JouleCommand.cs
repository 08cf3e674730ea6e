using System.CommandLine;

namespace Joule.Cli.Commands;

/// <summary>
/// One command of the command line. To add a command, add one file with a concrete class that derives from this one and has a
/// parameterless constructor; <see cref="CommandCatalogue"/> finds it.
/// </summary>
internal abstract class JouleCommand
{
    /// <summary>Builds the command with its arguments, options, help text and action. Must be fast: every program start calls it.</summary>
    public abstract Command Build();

    /// <summary>Sets the action of a command. Errors are thrown; the program turns them into messages and exit codes.</summary>
    protected static void OnRun(Command command, Func<ParseResult, CommandContext, int> run) =>
        command.SetAction((parsed, cancellation) =>
        {
            CommandConfiguration configuration = (CommandConfiguration)parsed.InvocationConfiguration;
            CommandContext context = new(configuration.Output, configuration.Error, configuration.Interruption.Hold, cancellation)
            {
                Input = configuration.Input,
            };
            return Task.FromResult(run(parsed, context));
        });
}

/// <summary>How a command line runs: its two outputs and the signals of the process.</summary>
internal sealed class CommandConfiguration : InvocationConfiguration
{
    public CommandConfiguration(TextWriter output, TextWriter error, Interruption interruption)
    {
        (Output, Error, Interruption) = (output, error, interruption);
        EnableDefaultExceptionHandler = false;
        ProcessTerminationTimeout = null;
    }

    /// <summary>The signal handler.</summary>
    public Interruption Interruption { get; }

    /// <summary>Opens standard input.</summary>
    public required Func<Stream> Input { get; init; }
}

/// <summary>What a running command uses.</summary>
/// <param name="Output">Standard output: results.</param>
/// <param name="Error">Standard error: progress and messages.</param>
/// <param name="Hold">
/// Returns a hold. Until it is disposed, a signal only cancels <paramref name="Cancellation"/>. For work that must save something first.
/// </param>
/// <param name="Cancellation">Cancelled by Ctrl-C, SIGTERM and SIGHUP. Work that ignores it is ended a moment later.</param>
internal sealed record CommandContext(TextWriter Output, TextWriter Error, Func<IDisposable> Hold, CancellationToken Cancellation)
{
    /// <summary>Opens standard input.</summary>
    public required Func<Stream> Input { get; init; }

    /// <summary>The writer for human-readable text: standard output, or standard error when standard output carries JSON.</summary>
    public TextWriter Human(bool json) => json ? Error : Output;
}

/// <summary>An example in a help page.</summary>
/// <param name="CommandLine">What to type.</param>
/// <param name="Meaning">What it does.</param>
internal sealed record Example(string CommandLine, string Meaning);

/// <summary>A command whose help page ends with examples.</summary>
/// <param name="name">Its name.</param>
/// <param name="description">What it does. Lists of commands show only the first paragraph; its own help page shows all.</param>
/// <param name="examples">The examples.</param>
internal sealed class DocumentedCommand(string name, string description, params Example[] examples)
    : Command(name, description.Split("\n\n")[0])
{
    /// <summary>The whole description.</summary>
    public string FullDescription { get; } = description;

    public IReadOnlyList<Example> Examples { get; } = examples;
}
