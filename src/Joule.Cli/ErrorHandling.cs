namespace Joule.Cli;

/// <summary>Turns exceptions into a message on standard error and an exit code, and signals into cancellation.</summary>
internal static class ErrorHandling
{
    /// <summary>Runs a command.</summary>
    /// <param name="body">The command. The first Ctrl-C, SIGTERM or SIGHUP cancels its token; the second ends the process at once.</param>
    /// <param name="error">Where messages go.</param>
    /// <param name="debug">Whether to show stack traces.</param>
    /// <param name="end">Ends the process if the command does not stop soon after a signal; null to wait for the command.</param>
    /// <returns>The exit code.</returns>
    public static int Run(Func<Interruption, int> body, TextWriter error, bool debug, Action<int>? end = null)
    {
        using Interruption interruption = new(error, end);
        try
        {
            return body(interruption);
        }
        catch (OperationCanceledException e) when (interruption.Token.IsCancellationRequested)
        {
            Say(error, e is StoppedException ? $"joule: {e.Message}" : "joule: cancelled");
            return interruption.ExitCode;
        }
        catch (InvalidInputException e)
        {
            return Report(e, e.Message, ExitCodes.InvalidInput);
        }
        catch (JouleException e)
        {
            return Report(e, e.Message, ExitCodes.Failure);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A full disk or a missing permission, say. The system's message explains it.
            return Report(e, e.Message, ExitCodes.InvalidInput);
        }
        catch (Exception e)
        {
            string message = e.Message.ReplaceLineEndings(" ");
            const string Advice = "joule: this is a bug in Joule; rerun with --debug to see where.";
            return Report(e, $"{e.GetType().Name}: {message}\n{Advice}", ExitCodes.Failure);
        }

        int Report(Exception e, string message, int code)
        {
            message = Printable(message);
            Say(error, debug ? $"joule: error: {message}{Environment.NewLine}{e}" : $"joule: error: {message}");
            return code;
        }
    }

    // Messages quote file names and file contents, whose control characters must not reach the terminal.
    private static string Printable(string message) =>
        message.Any(IsCommand) ? string.Concat(message.Select(c => IsCommand(c) ? $"\\u{(int)c:x4}" : c.ToString())) : message;

    private static bool IsCommand(char c) => char.IsControl(c) && c is not ('\n' or '\r' or '\t');

    private static void Say(TextWriter error, string message)
    {
        try
        {
            error.WriteLine(message);
            error.Flush();
        }
        catch (IOException)
        {
            // Standard error goes to a full disk; only the exit code can still report the failure.
        }
    }
}
