namespace Joule.Cli;

/// <summary>The exit codes of the program.</summary>
internal static class ExitCodes
{
    /// <summary>The command succeeded.</summary>
    public const int Success = 0;

    /// <summary>The command failed: a diverged run, lost output or a bug.</summary>
    public const int Failure = 1;

    /// <summary>The command line or an input file or folder cannot be used.</summary>
    public const int InvalidInput = 2;

    /// <summary>Ended because its terminal or connection was lost (SIGHUP).</summary>
    public const int HungUp = 129;

    /// <summary>Ended by Ctrl-C (SIGINT).</summary>
    public const int Cancelled = 130;

    /// <summary>Ended by a request to terminate (SIGTERM).</summary>
    public const int Terminated = 143;
}
