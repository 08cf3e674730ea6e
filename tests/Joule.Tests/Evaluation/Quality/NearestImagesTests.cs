using Joule.Compute;
using Joule.Evaluation;
using Xunit;

namespace Joule.Tests.Evaluation;

public sealed class NearestImagesTests
{
    [Fact]
    public void Distances_are_exact_and_an_image_is_not_its_own_neighbour()
    {
        using FakeDevice device = new();
        using DeviceBuffer memory = device.Allocate(6);
        Rows images = memory.AsRows(3, 2);
        device.Upload([0, 0, 3, 4, 0, 1], images);
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        Assert.Equal([1f, MathF.Sqrt(18), 1], NearestImages.Within(device, images, cancellation));
        float[][] set = [[0, 0], [3, 0], [0, 2]];
        List<long> told = [];
        Assert.Equal([0f, 3.6055512f, 1],
            NearestImages.Distances(device, images, 3, (i, row) => set[i].CopyTo(row), null, told.Add, cancellation));
        Assert.Equal([2f, 4, 1],
            NearestImages.Distances(device, images, 3, (i, row) => set[i].CopyTo(row), [0, 2, -1], null, cancellation));
        Assert.Equal([3L], told);
    }

    [Fact]
    public void A_large_set_passes_in_parts()
    {
        using Device device = Device.Cpu(2);
        // Image i of the set lies at i; the nearest of 2,500 to 2,300.25 and to 5,000.
        float[] found = NearestImages.Distances(device, TestRows.Of(2, 1, 2300.25f, 5000), 2500, (i, row) => row[0] = i,
            cancellation: TestContext.Current.CancellationToken);
        Assert.Equal([0.25f, 2501], found);
    }

    [Fact]
    public void One_in_a_hundred_is_close()
    {
        float[] distances = [.. Enumerable.Range(0, 250).Select(i => (float)(250 - i))];
        Assert.Equal(3, NearestImages.Close(distances));
        Assert.Equal(2 / 250.0, NearestImages.Share(distances, NearestImages.Close(distances)));
        Assert.Equal(0, NearestImages.Share([1, 1], NearestImages.Close([1, 1])));
    }
}
