namespace Joule.Cli.Terminal;

/// <summary>Shows only warnings.</summary>
internal sealed class SilentProgress(TextWriter error) : RunProgress
{
    public override void Start(string title, long totalSteps, long from = 0)
    {
    }

    public override void Report(long step, string figures)
    {
    }

    public override void Line(string text)
    {
    }

    public override void Warn(string text) => error.WriteLine(text);

    public override void Dispose()
    {
    }
}
