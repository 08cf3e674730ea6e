namespace Joule.Gpu.Tests.Devices;

/// <summary>A clock that goes on only when it is told to.</summary>
internal sealed class FakeClock : TimeProvider
{
    private long _now;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <summary>Whether a time was begun and not ended.</summary>
    public bool IsTiming { get; private set; }

    public override long GetTimestamp()
    {
        IsTiming = !IsTiming;
        return _now;
    }

    public void Advance(double milliseconds) => _now += TimeSpan.FromMilliseconds(milliseconds).Ticks;
}
