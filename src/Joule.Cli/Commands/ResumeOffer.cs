using Joule.Cli.Streams;
using Joule.Runs;

namespace Joule.Cli.Commands;

/// <summary>Offers to resume the unfinished run in the folder where a new one should start.</summary>
internal static class ResumeOffer
{
    /// <summary>Asks on a terminal; otherwise throws an error that gives the command.</summary>
    /// <param name="output">The folder.</param>
    /// <param name="config">The configuration of the new run.</param>
    /// <param name="context">Where to ask.</param>
    /// <returns>True: resume it.</returns>
    /// <exception cref="InvalidInputException">
    /// The run is in use or has another configuration, there is no terminal to ask on, or the answer is no.
    /// </exception>
    public static bool Make(string output, RunConfig config, CommandContext context)
    {
        if (!RunFolder.HasConfig(output, config))
        {
            throw new InvalidInputException($"The output folder {output} holds an unfinished run of another configuration; "
                + $"nothing was changed. Resume that run: {TrainCommand.Command(output)}. Or give a new folder with --out.");
        }
        RunFolder.Open(output, out _).Dispose(); // throws if another process is using it
        string holds = $"The output folder {output} already holds this run, unfinished";
        bool terminal = LastingWriter.Of(context.Error).IsTerminal && !Console.IsInputRedirected;
        if (!terminal)
            throw new InvalidInputException($"{holds}. Resume it: {TrainCommand.Command(output)}. Or give a new folder with --out.");
        context.Error.Write($"{holds}. Resume it? [Y/n] ");
        string? answer = Console.In.ReadLine()?.Trim();
        context.Cancellation.ThrowIfCancellationRequested();
        if (answer is not null && (answer.Length == 0 || answer.StartsWith("y", StringComparison.OrdinalIgnoreCase)))
            return true;
        throw new InvalidInputException("Nothing was changed. Give a new folder with --out.");
    }
}
