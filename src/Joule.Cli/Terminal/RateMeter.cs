using System.Globalization;

namespace Joule.Cli.Terminal;

/// <summary>Measures the speed of a long task over about the last ten seconds, and the time left.</summary>
internal sealed class RateMeter(TimeProvider time)
{
    private const int Samples = 20;
    private static readonly TimeSpan Spacing = TimeSpan.FromSeconds(0.5);
    private readonly Queue<(long Time, long Step)> _past = new();
    private (long Time, long Step) _newest;
    private (long Time, long Step) _now;
    private long _total;

    /// <summary>Starts or restarts.</summary>
    /// <param name="totalSteps">The last step; 0 if unknown.</param>
    /// <param name="from">The first step.</param>
    public void Start(long totalSteps, long from)
    {
        _total = totalSteps;
        _past.Clear();
        _now = _newest = (time.GetTimestamp(), from);
        _past.Enqueue(_now);
    }

    /// <summary>Records that a step is reached.</summary>
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

    /// <summary>Steps per second, or zero before anything is known.</summary>
    public double PerSecond
    {
        get
        {
            (long start, long step) = _past.Peek();
            double seconds = time.GetElapsedTime(start, _now.Time).TotalSeconds;
            return seconds > 0 ? (_now.Step - step) / seconds : 0;
        }
    }

    /// <summary>The fraction done, from 0 to 1; 0 if the total is unknown.</summary>
    public double Done => _total > 0 ? Math.Clamp((double)_now.Step / _total, 0, 1) : 0;

    /// <summary>Position, rate and time left, as text.</summary>
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
