namespace Joule.Cli.Terminal;

/// <summary>Plain lines for logs and pipes: all permanent lines, and between them a progress line at most every ten seconds.</summary>
internal sealed class PlainProgress(TextWriter error, TimeProvider time) : RunProgress
{
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(10);
    private readonly RateMeter _rate = new(time);
    private string _title = "";
    private long _lastLine = time.GetTimestamp();

    public override void Start(string title, long totalSteps, long from = 0)
    {
        _title = title;
        _rate.Start(totalSteps, from);
        Line(title);
    }

    public override void Report(long step, string figures)
    {
        _rate.Report(step);
        if (time.GetElapsedTime(_lastLine) >= Silence)
            Line($"{_title}: {_rate}  {figures}".TrimEnd());
    }

    public override void Line(string text)
    {
        error.WriteLine(text);
        error.Flush();
        _lastLine = time.GetTimestamp();
    }

    public override void Dispose() => error.Flush();
}
