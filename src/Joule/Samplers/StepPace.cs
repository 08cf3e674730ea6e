namespace Joule.Samplers;

/// <summary>
/// When an observer stops chains that should stop at about equal times, for example to show progress: how long a step takes is unknown
/// before they run. The first stop comes after one step; then the distance grows, at most eightfold at a time.
/// </summary>
/// <param name="time">The clock.</param>
/// <param name="between">The time from one stop to the next, above 0.</param>
public sealed class StepPace(TimeProvider time, TimeSpan between)
{
    private const int MostGrowth = 8;

    private long _lastTime;
    private int _lastStep = -1;
    private int _next;
    private long _stride = 1;

    /// <summary>The next step to stop at. Stops that others ask for do not move it.</summary>
    /// <param name="done">Steps so far.</param>
    /// <returns>A step above <paramref name="done"/>.</returns>
    public int Next(int done)
    {
        if (_lastStep >= 0 && done < _next)
            return _next;
        long now = time.GetTimestamp();
        if (_lastStep >= 0 && done > _lastStep)
        {
            double seconds = Math.Max(time.GetElapsedTime(_lastTime, now).TotalSeconds, 1e-6);
            double room = Math.Floor((done - _lastStep) * between.TotalSeconds / seconds);
            _stride = (long)Math.Clamp(room, 1, MostGrowth * (double)_stride);
        }
        (_lastTime, _lastStep) = (now, done);
        _next = (int)Math.Min(done + _stride, int.MaxValue);
        return _next;
    }
}
