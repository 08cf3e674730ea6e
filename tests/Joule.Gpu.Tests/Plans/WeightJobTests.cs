using Joule.Compute;
using Joule.Gpu.Plans;
using Joule.Gpu.Tests.Kernels;
using Joule.Networks;
using Joule.States;
using Xunit;

namespace Joule.Gpu.Tests.Plans;

/// <summary>Every parameter has its sum, once.</summary>
public sealed class WeightJobTests
{
    public static TheoryData<string> Kinds => [.. SampleNetworks.All.Keys];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Each_parameter_is_the_target_of_one_sum(string kind)
    {
        (Shape shape, Layer[] layers) = SampleNetworks.All[kind];
        using Device device = Device.Cpu(1);
        using Network network = new(device, shape, layers);
        KernelPlan plan = NetworkPlanner.Plan(network, trains: true);
        Assert.Equal(Enumerable.Range(0, network.Plan.ParameterLength), plan.Targets.ToArray().Where(t => t >= 0).Order());
        Assert.Equal(0, plan.Targets.Length % 4);
        Assert.True(NetworkPlanner.Plan(network).Targets.IsEmpty);
    }

    [Fact]
    public void Both_plans_read_the_same_weights()
    {
        using Device device = Device.Cpu(1);
        foreach ((Shape shape, Layer[] layers) in SampleNetworks.All.Values)
        {
            using Network network = new(device, shape, layers);
            Assert.Equal(NetworkPlanner.Plan(network).Sources.ToArray(), NetworkPlanner.Plan(network, trains: true).Sources.ToArray());
        }
    }

    [Theory]
    [InlineData(64, 32, 3, 1, 16)]
    [InlineData(32, 1, 5, 5, 20)]
    [InlineData(1, 1, 28, 7, 7)]
    [InlineData(3, 2, 3, 1, 6)]
    public void A_tile_has_enough_sums_to_use_each_number_several_times(int anchors, int windows, int kernel, int taps, int sums)
    {
        WeightJob job = new(new Plane(anchors, 4, 4), new Plane(windows, 30, 30) { IsScalar = windows == 1 }, kernel, kernel,
            (_, _, _, _) => 0);
        Assert.Equal(taps, job.Taps);
        Assert.Equal(sums, job.Sums);
    }
}
