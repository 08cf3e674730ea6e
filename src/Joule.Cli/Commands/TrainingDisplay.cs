using System.Diagnostics;
using System.Globalization;
using System.Text;
using Joule.Cli.Plots;
using Joule.Cli.Terminal;
using Joule.Objectives;
using Joule.Runs;
using Joule.Training;

namespace Joule.Cli.Commands;

/// <summary>Shows the progress of a training: the current figures, one line per epoch, and the curves in the run's folder.</summary>
internal sealed class TrainingDisplay(RunConfig config, RunEnd end, RunProgress progress) : IRunObserver, IDisposable
{
    private static readonly TimeSpan ShortestPlotPause = TimeSpan.FromSeconds(2);
    private const int PlotShare = 20; // pause between two plots, in multiples of the time one takes
    private const long FigurePause = 50; // milliseconds between two updates of the current figures

    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private TimeSpan _nextPlot;
    private long _lastFigures;
    private long _updatesPerEpoch;
    private double _before; // seconds taken by earlier parts of the run
    private int _plotted;
    private string _figures = "";

    /// <summary>The last update made.</summary>
    public long LastUpdate { get; private set; }

    public void Started(Trainer trainer, RunFolder folder)
    {
        _updatesPerEpoch = trainer.UpdatesPerEpoch;
        long planned = end.Epochs is int epochs ? epochs * _updatesPerEpoch : 0;
        _before = folder.State.Seconds;
        LastUpdate = trainer.Update;
        if (end.Epochs != 0)
            progress.Start($"train {config.Preset}", planned, trainer.Update);
        if (folder.Rows.Count >= config.Training.Epochs)
            SayThatRateIsZero(folder.Rows.Count);
    }

    public void Updated(long update, in TrainingFigures figures)
    {
        LastUpdate = update;
        if (_clock.ElapsedMilliseconds - _lastFigures >= FigurePause || _figures.Length == 0)
        {
            _lastFigures = _clock.ElapsedMilliseconds;
            _figures = $"{Epoch((update - 1) / _updatesPerEpoch + 1)}  {Time()}{Labelled(figures.List!, figures.Values, "0.000")}";
        }
        progress.Report(update, _figures);
    }

    public void EpochDone(MetricsRow row, RunFolder folder)
    {
        string figures = Labelled(folder.State.Figures.Recorded, [.. row.Values], "0.0000");
        progress.Line($"{Epoch(row.Epoch)}  {RateMeter.Duration(row.Seconds)}  {figures}");
        if (row.Epoch == config.Training.Epochs)
            SayThatRateIsZero(row.Epoch);
        // When epochs are short, drawing must not eat into training time.
        if (_clock.Elapsed >= _nextPlot)
            Plot(folder);
    }

    public void Happened(RunEvent happened)
    {
        if (happened.Kind is "resumed")
            return;
        progress.Warn(string.Create(CultureInfo.InvariantCulture, $"{happened.Kind} at update {happened.Update:N0}: {happened.Text}"));
        if (happened.Kind is not "rollback")
            return;
        // The run is back at an earlier update; the epochs after it will be plotted again.
        long back = (long)happened.Changes.First(c => c.Key == "back_to").Value;
        _plotted = 0;
        LastUpdate = back;
        progress.Start($"train {config.Preset}", end.Epochs is int epochs ? epochs * _updatesPerEpoch : 0, back);
    }

    /// <summary>Draws the curves of the whole run, unless the last picture already shows every epoch.</summary>
    public void Finish(RunFolder folder)
    {
        if (folder.Rows.Count > _plotted)
            Plot(folder);
    }

    public void Dispose() => progress.Dispose();

    private void Plot(RunFolder folder)
    {
        TimeSpan began = _clock.Elapsed;
        string name = Path.GetFileName(folder.Location);
        string title = name.StartsWith(config.Preset, StringComparison.Ordinal) ? name : $"{config.Preset}: {name}";
        IReadOnlyList<PlotMark> marks = PlotMark.Of(RunEvents.Rollbacks(folder.Location), folder.Rows);
        LossPlot.Save(folder.Rows, folder.State.Figures.Recorded, title, folder.PlotFile, marks);
        _plotted = folder.Rows.Count;
        // Plots and tables leave small objects that hold native memory. They are too few to trigger a collection for hours.
        GC.Collect();
        TimeSpan pause = (_clock.Elapsed - began) * PlotShare;
        _nextPlot = _clock.Elapsed + (pause > ShortestPlotPause ? pause : ShortestPlotPause);
    }

    // The schedule depends on the update alone, so that one seed gives one model. A run limited by time can outlast it.
    private void SayThatRateIsZero(int made)
    {
        if (end.Epochs <= made || config.Training.Schedule.Factor(1, 1) > 0)
            return;
        progress.Warn($"The learning-rate schedule has ended: the rate is 0 after {config.Training.Epochs} epochs, and "
            + "later updates change nothing. To train longer, start a new run with --set training.epochs=N or "
            + "--set training.schedule.type=constant");
    }

    // Only figures with a label are shown.
    private static string Labelled(FigureList figures, ReadOnlySpan<double> values, string format)
    {
        StringBuilder text = new();
        for (int i = 0; i < figures.Count; i++)
        {
            if (figures[i].Label is not { } label)
                continue;
            text.Append(text.Length > 0 ? "  " : "").Append(label).Append(' ');
            text.Append(values[i].ToString(format, CultureInfo.InvariantCulture));
        }
        return text.ToString();
    }

    private string Epoch(long epoch) => end.Epochs is int epochs ? $"epoch {epoch}/{epochs}" : $"epoch {epoch}";

    private string Time() => end.Minutes is double minutes
        ? $"{RateMeter.Duration(_before + _clock.Elapsed.TotalSeconds)} of {RateMeter.Duration(minutes * 60)}  "
        : "";
}
