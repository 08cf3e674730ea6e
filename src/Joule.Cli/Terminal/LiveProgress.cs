using System.Text;
using Joule.Cli.Streams;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Joule.Cli.Terminal;

/// <summary>
/// A progress bar drawn in place. The calling thread draws it, at most ten times a second, so no other thread takes time from the work
/// and nothing flickers.
/// </summary>
internal sealed class LiveProgress(IAnsiConsole console, TimeProvider time) : RunProgress
{
    private static readonly TimeSpan Frame = TimeSpan.FromSeconds(0.1);
    private const int WidestBar = 30;
    private const int FiguresWidth = 60;
    private readonly RateMeter _rate = new(time);
    private TaskCompletionSource? _end;
    private Task? _display;
    private ProgressContext? _context;
    private ProgressTask? _task;
    private string _title = "";
    private string _figures = "";
    private long _lastFrame;

    /// <summary>A display on standard error, coloured if NO_COLOR and the terminal allow.</summary>
    public static LiveProgress OnTerminal(LastingWriter error) => new(
        AnsiConsole.Create(new AnsiConsoleSettings { Out = new TerminalOutput(error), Interactive = InteractionSupport.Yes }),
        TimeProvider.System);

    public override void Start(string title, long totalSteps, long from = 0)
    {
        Dispose();
        _rate.Start(totalSteps, from);
        (_title, _figures) = (title, "");
        _end = new TaskCompletionSource();
        // Without automatic refresh, the display runs here up to its first await and then waits for the end.
        _display = console.Progress().AutoRefresh(false).AutoClear(true).Columns(Columns(title)).StartAsync(context =>
        {
            _context = context;
            _task = context.AddTask("work", autoStart: true, maxValue: 1);
            return _end.Task;
        });
        Refresh();
    }

    public override void Report(long step, string figures)
    {
        _rate.Report(step);
        _figures = figures;
        if (time.GetElapsedTime(_lastFrame) >= Frame)
            Refresh();
    }

    public override void Line(string text)
    {
        console.WriteLine(text);
        if (_context is not null)
            Refresh();
    }

    public override void Dispose()
    {
        if (_end is null)
            return;
        _end.SetResult();
        _display!.GetAwaiter().GetResult();
        (_end, _display, _context, _task) = (null, null, null, null);
    }

    private void Refresh()
    {
        if (_task is null || _context is null)
            return;
        // The bar stays below its end until the work is over, because a finished task would leave the display.
        _task.Value = Math.Min(_rate.Done, 0.9999);
        _context.Refresh();
        _lastFrame = time.GetTimestamp();
    }

    private ProgressColumn[] Columns(string title)
    {
        // A bar if the figures leave room for one; on a narrow terminal, only text.
        int bar = Math.Min(console.Profile.Width - title.Length - FiguresWidth, WidestBar);
        TextColumn text = new(() => bar >= 5 ? Status(bar + title.Length + 2) : $"{_title}  {Status(_title.Length + 2)}");
        return bar >= 5 ? [new TextColumn(() => _title), new ProgressBarColumn { Width = bar }, text] : [text];
    }

    /// <summary>Position, rate, time left and figures, cut to the rest of the line so that it never wraps.</summary>
    private string Status(int taken)
    {
        string status = $"{_rate}  {_figures}".TrimEnd();
        int room = Math.Max(console.Profile.Width - taken - 1, 0);
        return status.Length <= room ? status : status[..room];
    }

    /// <summary>Standard error for Spectre.Console, which recognises a terminal only by the writer of <see cref="Console"/>.</summary>
    private sealed class TerminalOutput(LastingWriter error) : IAnsiConsoleOutput
    {
        private readonly AnsiConsoleOutput _size = new(Console.Error);

        public TextWriter Writer => error;

        public bool IsTerminal => error.IsTerminal;

        public int Width => _size.Width;

        public int Height => _size.Height;

        public void SetEncoding(Encoding encoding) => _size.SetEncoding(encoding);
    }

    private sealed class TextColumn(Func<string> text) : ProgressColumn
    {
        protected override bool NoWrap => true;

        public override IRenderable Render(RenderOptions options, ProgressTask task, TimeSpan deltaTime) => new Text(text());
    }
}
