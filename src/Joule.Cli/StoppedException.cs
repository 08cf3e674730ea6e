namespace Joule.Cli;

/// <summary>A command stopped cleanly on request, and reports what it leaves behind.</summary>
/// <param name="message">The report, in one line.</param>
internal sealed class StoppedException(string message) : OperationCanceledException(message);
