using Joule.Cli.Streams;
using Joule.Runs;

namespace Joule.Cli.Commands;

/// <summary>Offers to go on with the unfinished run that lies where a new one was to start.</summary>
internal static class ResumeOffer
{
    /// <summary>Asks on a terminal; elsewhere the error gives the command.</summary>
    /// <param name="output">The folder.</param>
    /// <param name="config">The configuration of the run that was to start there.</param>
    /// <param name="context">Where to ask.</param>
    /// <returns>True: go on with it.</returns>
    /// <exception cref="InvalidInputException">The run is in use, it is another one, nobody can be asked, or the answer is no.</exception>
    public static bool Make(string output, RunConfig config, CommandContext context)
    {
        if (!RunFolder.HasConfig(output, config))
        {
            throw new InvalidInputException($"The output folder {output} holds another run, of another configuration, that is not finished; nothing in it was touched. "
                + $"Go on with that one: {TrainCommand.Command(output)}. Or give a new folder with --out.");
        }
        RunFolder.Open(output, out _).Dispose(); // says who holds it
        string holds = $"The output folder {output} holds this run, and it is not finished";
        bool terminal = LastingWriter.Of(context.Error).IsTerminal && !Console.IsInputRedirected;
        if (!terminal)
            throw new InvalidInputException($"{holds}. Go on with it: {TrainCommand.Command(output)}. Or give a new folder with --out.");
        context.Error.Write($"{holds}. Go on with it? [Y/n] ");
        string? answer = Console.In.ReadLine()?.Trim();
        context.Cancellation.ThrowIfCancellationRequested();
        if (answer is not null && (answer.Length == 0 || answer.StartsWith("y", StringComparison.OrdinalIgnoreCase)))
            return true;
        throw new InvalidInputException("Nothing was touched. Give a new folder with --out.");
    }
}
