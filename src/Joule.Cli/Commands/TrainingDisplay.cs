using System.Diagnostics;
using System.Globalization;
using System.Text;
using Joule.Cli.Plots;
using Joule.Cli.Terminal;
using Joule.Objectives;
using Joule.Runs;
using Joule.Training;

namespace Joule.Cli.Commands;

/// <summary>Shows how a training goes on: the current figures, a line an epoch, and the curves in the run's folder.</summary>
internal sealed class TrainingDisplay(RunConfig config, RunEnd end, RunProgress progress) : IRunObserver, IDisposable
{
    private static readonly TimeSpan ShortestPlotPause = TimeSpan.FromSeconds(2);
    private const int PlotShare = 20; // at least this many times the time of a plot lies between two plots
    private const long FigurePause = 50; // milliseconds between two texts of current figures

    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private TimeSpan _nextPlot;
    private long _lastFigures;
    private long _updatesPerEpoch;
    private double _before; // seconds that earlier parts of the run took
    private int _plotted;
    private string _figures = "";

    /// <summary>The last update that was made.</summary>
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
        progress.Line($"{Epoch(row.Epoch)}  {RateMeter.Duration(row.Seconds)}  {Labelled(folder.State.Figures.Recorded, [.. row.Values], "0.0000")}");
        if (row.Epoch == config.Training.Epochs)
            SayThatRateIsZero(row.Epoch);
        // Many short epochs: drawing must not take the time that training needs.
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
        // The place on the bar is an earlier one now, and the epochs after it are to be drawn again.
        long back = (long)happened.Changes.First(c => c.Key == "back_to").Value;
        _plotted = 0;
        LastUpdate = back;
        progress.Start($"train {config.Preset}", end.Epochs is int epochs ? epochs * _updatesPerEpoch : 0, back);
    }

    /// <summary>Draws the curves of the whole run, where the last picture lacks epochs.</summary>
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
        LossPlot.Save(folder.Rows, folder.State.Figures.Recorded, title, folder.PlotFile, PlotMark.Of(RunEvents.Rollbacks(folder.Location), folder.Rows));
        _plotted = folder.Rows.Count;
        // Pictures and tables leave little for the collector, which would let a long run's pile up for hours before it looks; native memory hangs on some of it.
        GC.Collect();
        TimeSpan pause = (_clock.Elapsed - began) * PlotShare;
        _nextPlot = _clock.Elapsed + (pause > ShortestPlotPause ? pause : ShortestPlotPause);
    }

    // A schedule is a function of the update, so that one seed gives one model; whoever trains for a time should hear that it has come to its end.
    private void SayThatRateIsZero(int made)
    {
        if (end.Epochs <= made || config.Training.Schedule.Factor(1, 1) > 0)
            return;
        progress.Warn($"The learning rate has come to the end of its schedule, 0 after {config.Training.Epochs} epochs: later updates change nothing. "
            + "To learn for longer, plan a new run for more epochs: --set training.epochs=N, or --set training.schedule.type=constant");
    }

    // The figures that have a label.
    private static string Labelled(FigureList figures, ReadOnlySpan<double> values, string format)
    {
        StringBuilder text = new();
        for (int i = 0; i < figures.Count; i++)
        {
            if (figures[i].Label is { } label)
                text.Append(text.Length > 0 ? "  " : "").Append(label).Append(' ').Append(values[i].ToString(format, CultureInfo.InvariantCulture));
        }
        return text.ToString();
    }

    private string Epoch(long epoch) => end.Epochs is int epochs ? $"epoch {epoch}/{epochs}" : $"epoch {epoch}";

    private string Time() => end.Minutes is double minutes ? $"{RateMeter.Duration(_before + _clock.Elapsed.TotalSeconds)} of {RateMeter.Duration(minutes * 60)}  " : "";
}
