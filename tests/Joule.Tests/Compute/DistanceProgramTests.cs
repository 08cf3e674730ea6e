using Joule.Compute;
using Xunit;

namespace Joule.Tests.Compute;

public sealed class DistanceProgramTests
{
    [Fact]
    public void Pairs_are_rows_at_the_given_interval()
    {
        using Device device = Device.Cpu(2);
        using DeviceBuffer memory = device.Allocate(40);
        DistanceProgram program = new(memory.AsRows(20, 2));
        // Row i of the left is (i, 0), of the right (0, 2i): their squared distance is 5i².
        Rows left = TestRows.Empty(40, 2), right = TestRows.Empty(40, 2);
        for (int i = 0; i < 40; i++)
            (left[i][0], right[i][1]) = (i, 2 * i);
        double[] distances = new double[20];
        program.Prepare(left, right, 20, 2);
        device.Launch(program);
        device.DownloadDoubles(program.Results, distances);
        Assert.Equal(Enumerable.Range(0, 20).Select(i => 5.0 * 4 * i * i), distances);

        // Fewer pairs in the next launch.
        program.Prepare(left, right, 3, 1);
        device.Launch(program);
        device.DownloadDoubles(program.Results, distances);
        Assert.Equal([0, 5, 20], distances[..3]);
    }
}
