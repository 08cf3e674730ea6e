namespace Joule.Cli;

/// <summary>Turns what a command throws into a message on standard error and an exit code, and Ctrl-C into a cancelled token.</summary>
internal static class ErrorHandling
{
    /// <summary>Runs a command.</summary>
    /// <param name="body">The command. Its token is cancelled by the first Ctrl-C, SIGTERM or SIGHUP; the second ends the process at once.</param>
    /// <param name="error">Where messages go.</param>
    /// <param name="debug">Whether stack traces are shown.</param>
    /// <param name="end">Ends the process where the command does not stop by itself after a signal; null where it is waited for.</param>
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
            message = Printable(message);
            Say(error, debug ? $"joule: error: {message}{Environment.NewLine}{e}" : $"joule: error: {message}");
            return code;
        }
    }

    // The name of a file, or what it holds, is part of many messages, and must not command the terminal.
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
            // Standard error leads to the disk that is full: the exit code is all that can still be told.
        }
    }
}
