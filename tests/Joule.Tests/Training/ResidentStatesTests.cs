using Joule.Compute;
using Joule.States;
using Joule.Tests.Compute;
using Joule.Training;
using Xunit;

namespace Joule.Tests.Training;

public sealed class ResidentStatesTests
{
    private const int Count = 5, Width = 3;

    private static readonly StateSet Set = new ArrayStates("five", StateSpace.Real(Shape.Vector(Width)),
        [.. Enumerable.Range(0, Count).Select(i => new float[] { i, 10 * i, 100 * i })]);

    [Fact]
    public void States_that_were_kept_are_written_from_there()
    {
        using FakeDevice device = new(1) { Room = Count * Width };
        using ResidentStates resident = new(device, Set);
        using DeviceBuffer memory = device.Allocate(3 * Width);
        HostRows rows = new(device, Device.Shared);
        Rows batch = memory.AsRows(3, Width);
        Assert.False(resident.TryWrite(rows, [0, 3, 1], batch));
        Read(device, batch, 0, 3, 1);
        resident.Keep(rows, batch, [0, 3, 1]);
        device.Clear(batch);
        Assert.True(resident.TryWrite(rows, [1, 0, 3], batch));
        Assert.Equal([1, 10, 100, 0, 0, 0, 3, 30, 300], device.Download(batch));
        Assert.False(resident.TryWrite(rows, [1, 2], batch.Slice(0, 2)));
        Read(device, batch, 2, 4);
        resident.Keep(rows, batch.Slice(0, 2), [2, 4]);
        Assert.True(resident.TryWrite(rows, [4, 2], batch.Slice(0, 2)));
        Assert.Equal([4, 40, 400, 2, 20, 200], device.Download(batch.Slice(0, 2)));
    }

    [Theory]
    [InlineData(Count * Width - 1, false)]
    [InlineData(0, false)]
    [InlineData(Count * Width, true)]
    public void Nothing_is_kept_where_there_is_no_room(long room, bool isFull)
    {
        using FakeDevice device = new(1) { Room = room };
        using ResidentStates resident = new(device, Set);
        using DeviceBuffer memory = device.Allocate(2 * Width);
        HostRows rows = new(device, Device.Shared);
        device.IsFull = isFull;
        resident.Keep(rows, memory.AsRows(2, Width), [0, 1]);
        device.IsFull = false;
        resident.Keep(rows, memory.AsRows(2, Width), [0, 1]);
        Assert.False(resident.TryWrite(rows, [0, 1], memory.AsRows(2, Width)));
    }

    private static void Read(Device device, Rows batch, params int[] which)
    {
        float[] states = new float[which.Length * Width];
        for (int i = 0; i < which.Length; i++)
            Set.Read(which[i], states.AsSpan(i * Width, Width));
        device.Upload(states, batch);
    }
}
