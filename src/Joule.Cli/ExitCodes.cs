namespace Joule.Cli;

/// <summary>What the program's exit code says.</summary>
internal static class ExitCodes
{
    /// <summary>Everything that was asked for is done.</summary>
    public const int Success = 0;

    /// <summary>The work failed: a diverged run, or a defect.</summary>
    public const int Failure = 1;

    /// <summary>The command line, a file or a folder that was given cannot be used.</summary>
    public const int InvalidInput = 2;

    /// <summary>Ended because its terminal or its connection is gone.</summary>
    public const int HungUp = 129;

    /// <summary>Ended by Ctrl-C.</summary>
    public const int Cancelled = 130;

    /// <summary>Ended by a request to terminate.</summary>
    public const int Terminated = 143;
}
