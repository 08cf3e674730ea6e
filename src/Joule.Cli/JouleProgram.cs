using System.CommandLine;
using System.CommandLine.Help;
using Joule.Cli.Commands;
using Joule.Cli.Streams;
using Joule.Tables;

namespace Joule.Cli;

/// <summary>The command line as a function of its arguments and its two outputs, so that tests can call it in process.</summary>
internal static class JouleProgram
{
    private const string Description =
        "Energy-based models: train an energy on data, draw samples from it, score inputs with it.\n\n"
        + "An energy is a function that is low where data are likely. 'joule train' learns one and writes a run folder; "
        + "the other commands read that folder.";

    /// <summary>Runs one command line.</summary>
    /// <param name="args">The arguments, without the program's name.</param>
    /// <param name="output">Where results go.</param>
    /// <param name="error">Where errors and progress go.</param>
    /// <param name="end">Ends the process if a command does not stop soon after a signal; null to wait for the command.</param>
    /// <param name="input">Opens standard input; null for that of the process.</param>
    /// <returns>The exit code, one of <see cref="ExitCodes"/>.</returns>
    public static int Run(IReadOnlyList<string> args, TextWriter output, TextWriter error, Action<int>? end = null,
        Func<Stream>? input = null)
    {
        JouleTables.Register();
        output = new ResultWriter(output);
        error = LastingWriter.Of(error);
        Option<bool> debug = new("--debug") { Description = "Show the stack trace of an error.", Recursive = true };
        Command root = Build(debug);
        // No response files: '@' is an ordinary character in a path.
        ParseResult parsed = root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (UsageError.Find(parsed, args) is { } message)
        {
            error.WriteLine($"joule: error: {message}");
            return ExitCodes.InvalidInput;
        }

        return ErrorHandling.Run(
            interruption =>
            {
                CommandConfiguration configuration = new(output, error, interruption) { Input = input ?? StandardStreams.OpenInput };
                return parsed.InvokeAsync(configuration, interruption.Token).GetAwaiter().GetResult();
            },
            error,
            parsed.GetValue(debug),
            end);
    }

    private static Command Build(Option<bool> debug)
    {
        // Not a RootCommand, which would take its name from the executable file.
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
