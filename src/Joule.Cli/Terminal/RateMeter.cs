using System.Globalization;

namespace Joule.Cli.Terminal;

/// <summary>How fast a long work goes, over its last ten seconds or so, and how long it will still take.</summary>
internal sealed class RateMeter(TimeProvider time)
{
    private const int Samples = 20;
    private static readonly TimeSpan Spacing = TimeSpan.FromSeconds(0.5);
    private readonly Queue<(long Time, long Step)> _past = new();
    private (long Time, long Step) _newest;
    private (long Time, long Step) _now;
    private long _total;

    /// <summary>Begins anew.</summary>
    /// <param name="totalSteps">The step at which the work is done; 0 where that is not known.</param>
    /// <param name="from">The step at which it begins.</param>
    public void Start(long totalSteps, long from)
    {
        _total = totalSteps;
        _past.Clear();
        _now = _newest = (time.GetTimestamp(), from);
        _past.Enqueue(_now);
    }

    /// <summary>Notes that a step is reached.</summary>
    public void Report(long step)
    {
        _now = (time.GetTimestamp(), step);
        if (time.GetElapsedTime(_newest.Time, _now.Time) < Spacing)
            return;
        _newest = _now;
        _past.Enqueue(_now);
        if (_past.Count > Samples)
            _past.Dequeue();
    }

    /// <summary>Steps a second, or zero where nothing is known yet.</summary>
    public double PerSecond
    {
        get
        {
            (long start, long step) = _past.Peek();
            double seconds = time.GetElapsedTime(start, _now.Time).TotalSeconds;
            return seconds > 0 ? (_now.Step - step) / seconds : 0;
        }
    }

    /// <summary>The share that is done, from 0 to 1.</summary>
    public double Done => _total > 0 ? Math.Clamp((double)_now.Step / _total, 0, 1) : 0;

    /// <summary>Place, rate and time left in words.</summary>
    public override string ToString()
    {
        string place = string.Create(CultureInfo.InvariantCulture, $"{_now.Step:N0}")
            + (_total > 0 ? string.Create(CultureInfo.InvariantCulture, $"/{_total:N0}") : "");
        double rate = PerSecond;
        if (rate <= 0)
            return place;
        string speed = rate >= 100 ? $"{rate:N0} steps/s" : rate >= 1 ? $"{rate:0.0} steps/s" : $"{1 / rate:0.0} s/step";
        return _total <= 0 ? $"{place}  {speed}" : $"{place}  {speed}  {Duration((_total - _now.Step) / rate)} left";
    }

    /// <summary>Seconds as h:mm:ss or m:ss.</summary>
    public static string Duration(double seconds)
    {
        long whole = (long)Math.Clamp(Math.Ceiling(seconds), 0, 1e9);
        return whole >= 3600 ? $"{whole / 3600}:{whole / 60 % 60:00}:{whole % 60:00}" : $"{whole / 60}:{whole % 60:00}";
    }
}
