using Joule.Compute;
using Joule.Networks;
using Joule.States;
using Xunit;

namespace Joule.Tests.Networks;

public sealed class TapeTests
{
    private static readonly Layer[] Layers = [new DenseLayer { Outputs = 5 }, new SiluLayer(), new DenseLayer { Outputs = 1 }];

    [Fact]
    public void Value_0_is_the_caller_s_memory_and_its_gradient_is_optional()
    {
        using Network network = new(Device.Shared, Shape.Vector(3), Layers);
        using Tape tape = new(network.Plan, Device.Shared, 4, TapeUse.States) { Input = TestRows.Normal(4, 3, 1) };
        Assert.Same(tape.Input.Buffer, tape.Value(0, 1, 2).Buffer);
        Assert.Equal(tape.Input[1].ToArray(), tape.Value(0, 1, 2)[0].ToArray());
        Assert.Equal(0, tape.Gradient(0, 1, 2).Count);
        tape.InputGradient = TestRows.Empty(4, 3);
        Assert.Equal((2, 3), (tape.Gradient(0, 1, 2).Count, tape.Gradient(0, 1, 2).Width));
    }

    [Fact]
    public void Blocks_of_rows_are_parts_of_one_value()
    {
        using Network network = new(Device.Shared, Shape.Vector(3), Layers);
        using Tape tape = new(network.Plan, Device.Shared, 4, TapeUse.Parameters);
        Rows all = tape.Value(1, 0, 4), part = tape.Value(1, 2, 2);
        Assert.Equal((5, all.Offset + 2 * 5), (part.Width, part.Offset));
        part[0][3] = 7;
        Assert.Equal(7, all[2][3]);
    }

    [Fact]
    public void Nothing_is_kept_if_only_values_are_needed()
    {
        using Network network = new(Device.Shared, Shape.Vector(3), Layers);
        Operation keeps = network.Plan.Operations.First(o => o.KeptWidth > 0);
        using Tape values = new(network.Plan, Device.Shared, 4, TapeUse.Values);
        using Tape states = new(network.Plan, Device.Shared, 4, TapeUse.States);
        Assert.Equal(0, values.Kept(keeps, 0, 4).Count);
        Assert.Equal((4, keeps.KeptWidth), (states.Kept(keeps, 0, 4).Count, states.Kept(keeps, 0, 4).Width));
    }
}
