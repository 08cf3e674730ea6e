namespace Joule.Cli;

/// <summary>Turns what a command throws into a message on standard error and an exit code, and Ctrl-C into a cancelled token.</summary>
internal static class ErrorHandling
{
    /// <summary>Runs a command.</summary>
    /// <param name="body">The command. Its token is cancelled by the first Ctrl-C or SIGTERM; the second ends the process at once.</param>
    /// <param name="error">Where messages go.</param>
    /// <param name="debug">Whether stack traces are shown.</param>
    /// <returns>The exit code.</returns>
    public static int Run(Func<CancellationToken, int> body, TextWriter error, bool debug)
    {
        using var interruption = new Interruption(error);
        try
        {
            return body(interruption.Token);
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
            // A full disk, a folder without permission: not the program's fault, and the system's message says which.
            return Report(e, e.Message, ExitCodes.InvalidInput);
        }
        catch (Exception e)
        {
            string message = e.Message.ReplaceLineEndings(" ");
            return Report(e, $"{e.GetType().Name}: {message}\njoule: this is a defect in Joule, rerun with --debug to see where.", ExitCodes.Failure);
        }

        int Report(Exception e, string message, int code)
        {
            Say(error, debug ? $"joule: error: {message}{Environment.NewLine}{e}" : $"joule: error: {message}");
            return code;
        }
    }

    private static void Say(TextWriter error, string message)
    {
        try
        {
            error.WriteLine(message);
            error.Flush();
        }
        catch (IOException)
        {
            // Standard error leads to the disk that is full: the exit code is all that can still be told.
        }
    }
}
