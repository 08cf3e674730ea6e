using Joule.Compute;
using Joule.Networks;
using Joule.States;
using Xunit;

namespace Joule.Tests.Networks;

public sealed class NetworkPlanTests
{
    [Fact]
    public void Values_parameters_and_operations_follow_the_layers()
    {
        using Network network = new(Device.Shared, new Shape(2, 4, 4),
            [new ConvolutionLayer { Outputs = 3, Kernel = 3 }, new ReluLayer(), new DenseLayer { Outputs = 1 }]);
        NetworkPlan plan = network.Plan;
        Assert.Equal(2 * 3 * 9 + 3 + (3 * 2 * 2 + 1), plan.ParameterLength);
        Assert.Equal(["0.weight", "0.bias", "2.weight", "2.bias"], plan.Parameters.Select(p => p.Name));
        Assert.Equal([0, 54, 57, 69], plan.Parameters.Select(p => p.Offset));
        // The state; the state with channels last; the convolution with its fused ReLU; that with channels first; the energy.
        Assert.Equal([32, 32, 12, 12, 1], plan.Widths);
        Assert.Equal((4, 4), (plan.Operations.Count, plan.Output));
    }

    [Fact]
    public void The_last_reader_of_a_value_writes_its_gradient_and_the_others_add()
    {
        // y = x + tanh(x), where x is a dense layer: reverse comes to the sum first, then to tanh.
        using Network network = new(Device.Shared, Shape.Vector(3),
            [new DenseLayer { Outputs = 2 }, new ResidualLayer { Body = [new TanhLayer()] }, new DenseLayer { Outputs = 1 }]);
        int shared = network.Plan.Operations[0].Output;
        List<bool> adds = [];
        foreach (Operation operation in network.Plan.Operations.Reverse())
        {
            if (operation.Second == shared)
                adds.Add(operation.AddsToSecond);
            if (operation.Input == shared && operation.Output != shared)
                adds.Add(operation.AddsToInput);
        }
        Assert.Equal(2, adds.Count);
        Assert.False(adds[0]);
        Assert.True(adds[1]);
    }

    [Fact]
    public void Blocks_of_large_states_have_fewer_rows()
    {
        using Network small = new(Device.Shared, Shape.Vector(10), [new DenseLayer { Outputs = 1 }]);
        using Network large = new(Device.Shared, Shape.Vector(60_000), [new DenseLayer { Outputs = 1 }]);
        Assert.Equal((32, 2), (small.Plan.BlockRows, large.Plan.BlockRows));
    }
}
