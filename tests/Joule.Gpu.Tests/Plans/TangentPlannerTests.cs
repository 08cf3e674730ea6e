using Joule.Compute;
using Joule.Gpu.Plans;
using Joule.Gpu.Tests.Kernels;
using Joule.Networks;
using Joule.States;
using Xunit;

namespace Joule.Gpu.Tests.Plans;

/// <summary>Plans with tangents beside those without.</summary>
public sealed class TangentPlannerTests
{
    public static TheoryData<string> Kinds => [.. SampleNetworks.All.Keys];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Weights_and_sums_lie_where_they_do_without_tangents(string kind)
    {
        (Shape shape, Layer[] layers) = SampleNetworks.All[kind];
        using Device device = Device.Cpu(1);
        using Network network = new(device, shape, layers);
        KernelPlan along = NetworkPlanner.PlanAlong(network), plan = NetworkPlanner.Plan(network, trains: true);
        Assert.Equal(plan.Sources.ToArray(), along.Sources.ToArray());
        Assert.Equal(plan.Targets.ToArray(), along.Targets.ToArray());
        Assert.Equal(2 * plan.Terms.Count, along.Terms.Count);
        Assert.Null(plan.Directions);
        Assert.True(along.Directions!.Plane.HasCellsOf(along.States.Plane));
    }

    [Fact]
    public void Two_jobs_share_the_sums_of_a_weight_and_the_later_one_adds()
    {
        using Device device = Device.Cpu(1);
        using Network network = new(device, Shape.Vector(5), [SampleNetworks.Dense(7), new SiluLayer(), SampleNetworks.Dense(1)]);
        KernelPlan along = NetworkPlanner.PlanAlong(network);
        LinearStep[] steps = [.. along.Steps.OfType<LinearStep>()];
        Assert.Equal(2, steps.Length);
        WeightJob earlier = Assert.Single(steps[1].Weights), later = steps[0].Weights[0];
        Assert.Same(steps[0], steps[1].Shares);
        Assert.Same(earlier, later.Earlier);
        Assert.Null(earlier.Earlier);
        Assert.Equal((earlier.At, earlier.Tiles, earlier.Quads), (later.At, later.Tiles, later.Quads));
        Assert.Equal(-1, steps[1].BiasAt);
        Assert.Equal(steps[0].Forward[0].Job.WeightsAt, steps[1].Forward[0].Job.WeightsAt);
        Assert.NotSame(steps[0].Forward[0].Job.Source, steps[1].Forward[0].Job.Source);
    }
}
