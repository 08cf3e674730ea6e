using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using Joule.Cli.Commands;

namespace Joule.Cli;

/// <summary>A help page: the text of System.CommandLine, followed by the command's examples.</summary>
internal sealed class HelpWithExamples(HelpAction page) : SynchronousCommandLineAction
{
    private const int WidthWithoutTerminal = 100;

    /// <summary>True: help is shown even if the rest of the command line is wrong.</summary>
    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        page.MaxWidth = Console.IsOutputRedirected ? WidthWithoutTerminal : Math.Clamp(Console.WindowWidth, 60, 120);
        if (parseResult.CommandResult.Command is DocumentedCommand documented)
            documented.Description = documented.FullDescription;
        page.Invoke(parseResult);
        IReadOnlyList<Example> examples = parseResult.CommandResult.Command switch
        {
            DocumentedCommand command => command.Examples,
            Command group => [.. group.Subcommands.OfType<DocumentedCommand>().Where(c => c.Examples.Count > 0).Select(c => c.Examples[0])],
        };
        TextWriter output = parseResult.InvocationConfiguration.Output;
        if (examples.Count > 0)
            output.WriteLine("Examples:");
        foreach (Example example in examples)
        {
            output.WriteLine($"  {example.CommandLine}");
            output.WriteLine($"      {example.Meaning}");
        }

        return ExitCodes.Success;
    }
}
