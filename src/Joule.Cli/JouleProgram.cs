using System.CommandLine;
using System.CommandLine.Help;
using Joule.Cli.Commands;
using Joule.Cli.Streams;
using Joule.Tables;

namespace Joule.Cli;

/// <summary>The command line as a function of its arguments and its two outputs, so that tests call it in process.</summary>
internal static class JouleProgram
{
    private const string Description =
        "Energy-based models: train an energy on data, draw samples from it, score inputs by it.\n\n"
        + "An energy is a function that is low where data live. 'joule train' learns one and writes a run's folder; "
        + "the other commands read that folder.";

    /// <summary>Runs one command line.</summary>
    /// <param name="args">The arguments without the program's name.</param>
    /// <param name="output">Where results go.</param>
    /// <param name="error">Where errors and progress go.</param>
    /// <param name="end">Ends the process where a command does not stop by itself after a signal; null where it is waited for.</param>
    /// <returns>The exit code, one of <see cref="ExitCodes"/>.</returns>
    public static int Run(IReadOnlyList<string> args, TextWriter output, TextWriter error, Action<int>? end = null)
    {
        JouleTables.Register();
        output = new ResultWriter(output);
        error = LastingWriter.Of(error);
        Option<bool> debug = new("--debug") { Description = "Show the stack trace of an error.", Recursive = true };
        Command root = Build(debug);
        // '@' is a letter like any other in a path: no response files.
        ParseResult parsed = root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (UsageError.Find(parsed, args) is { } message)
        {
            error.WriteLine($"joule: error: {message}");
            return ExitCodes.InvalidInput;
        }

        return ErrorHandling.Run(
            interruption => parsed.InvokeAsync(new CommandConfiguration(output, error, interruption), interruption.Token).GetAwaiter().GetResult(),
            error,
            parsed.GetValue(debug),
            end);
    }

    private static Command Build(Option<bool> debug)
    {
        // Not a RootCommand: that takes its name from the file that runs, whatever the user typed.
        HelpOption help = new() { Recursive = true };
        Command root = new("joule", Description) { debug, help, new VersionOption() };
        foreach (Command command in CommandCatalogue.Build())
            root.Add(command);
        HelpWithExamples page = new((HelpAction)help.Action!);
        help.Action = page;
        root.SetAction(page.Invoke);
        return root;
    }
}
