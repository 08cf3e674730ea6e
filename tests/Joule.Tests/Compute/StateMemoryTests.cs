using Joule.Compute;
using Xunit;

namespace Joule.Tests.Compute;

public sealed class StateMemoryTests
{
    [Fact]
    public void Floats_and_whole_numbers_survive_bit_for_bit()
    {
        int[] numbers = [0, int.MaxValue, 0x7fc00001]; // the last has the bits of a NaN
        StateMemory whole = new("a", numbers, int.MaxValue), floats = new("b", TestRows.Of(2, 2, 1, -0f, float.NaN, 4));
        Assert.Equal((true, 3, 3), (whole.IsWhole, whole.Count, whole.Length));
        Assert.Equal((false, 2, 4), (floats.IsWhole, floats.Count, floats.Length));
        foreach (StateMemory memory in (StateMemory[])[whole, floats])
        {
            float[] saved = new float[memory.Length], read = new float[memory.Length];
            memory.Read(saved);
            memory.Write(new float[memory.Length]);
            memory.Read(read);
            Assert.All(read, v => Assert.Equal(0, BitConverter.SingleToInt32Bits(v)));
            memory.Write(saved);
            memory.Read(read);
            Assert.True(TestRows.SameBits(saved, read));
        }
        Assert.Equal([0, int.MaxValue, 0x7fc00001], numbers);
    }

    [Fact]
    public void Memory_that_the_host_cannot_see_is_copied_by_the_device()
    {
        using FakeDevice fake = new();
        using DeviceBuffer buffer = fake.Allocate(3);
        StateMemory memory = new("a", buffer.AsRows(1, 3));
        memory.Write([1, 2, 3]);
        float[] read = new float[3];
        memory.Read(read);
        Assert.Equal([1f, 2, 3], read);
    }
}
