namespace Joule.Cli.Terminal;

/// <summary>Shows nothing.</summary>
internal sealed class SilentProgress : RunProgress
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

    public override void Dispose()
    {
    }
}
