using Joule.Compute;
using Joule.Evaluation;
using Xunit;

namespace Joule.Tests.Evaluation;

public sealed class FeatureManifoldTests
{
    [Fact]
    public void Balls_reach_to_the_third_neighbour()
    {
        using FakeDevice device = new();
        // Third nearest others: of 0, 1 and 2 within 10; distances 10, 9, 8, 8 and 90.
        float[] members = [0, 1, 2, 10, 100], asked = [-10, -10.5f, 18, 18.5f, 60, 9.5f, 195, 5];
        using DeviceBuffer memory = device.Allocate(members.Length), other = device.Allocate(asked.Length);
        device.Upload(members, memory.AsRows(5, 1));
        device.Upload(asked, other.AsRows(8, 1));
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        using FeatureManifold manifold = new(device, memory.AsRows(5, 1), cancellation);
        // The radii: 0 → 10, 1 → 9, 2 → 8, 10 → 10, 100 → 99: the last ball holds everything from 1 on.
        bool[] inside = [true, false, true, true, true, true, true, true];
        for (int i = 0; i < asked.Length; i++)
            Assert.Equal(inside[i] ? 1 : 0, manifold.Share(other.AsRows(8, 1).Slice(i, 1), cancellation));
        Assert.Equal(7 / 8.0, manifold.Share(other.AsRows(8, 1), cancellation));
    }

    [Fact]
    public void Few_members_reach_to_the_farthest()
    {
        using FakeDevice device = new();
        using DeviceBuffer memory = device.Allocate(4);
        device.Upload([0, 3, -3, 6.5f], memory.AsRows(4, 1));
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        using FeatureManifold manifold = new(device, memory.AsRows(4, 1).Slice(0, 2), cancellation);
        Assert.Equal(0.5, manifold.Share(memory.AsRows(4, 1).Slice(2, 2), cancellation));
    }

    [Fact]
    public void Sets_of_several_blocks_agree_with_brute_force()
    {
        using Device device = Device.Cpu(3);
        Rows members = TestRows.Normal(50, 3, 1), asked = TestRows.Normal(70, 3, 2, 2);
        double Distance(Rows a, int i, Rows b, int j) =>
            Math.Sqrt(Enumerable.Range(0, 3).Sum(k => Math.Pow((double)a[i][k] - b[j][k], 2)));
        double[] radii = [.. Enumerable.Range(0, 50).Select(i => Enumerable.Range(0, 50).Where(j => j != i)
            .Select(j => Distance(members, i, members, j)).Order().ElementAt(FeatureManifold.Neighbour - 1))];
        int inside = Enumerable.Range(0, 70).Count(i => Enumerable.Range(0, 50).Any(j => Distance(asked, i, members, j) <= radii[j]));
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        using FeatureManifold manifold = new(device, members, cancellation);
        Assert.InRange(inside, 10, 60);
        Assert.Equal(inside / 70.0, manifold.Share(asked, cancellation));
    }
}
