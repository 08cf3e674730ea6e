namespace Joule.Cli;

/// <summary>A command that was asked to stop has stopped cleanly, and has something to say about what it leaves.</summary>
/// <param name="message">What to tell, in one line.</param>
internal sealed class StoppedException(string message) : OperationCanceledException(message);
