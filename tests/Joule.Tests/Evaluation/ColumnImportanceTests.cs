using Joule.Compute;
using Joule.Data;
using Joule.Energies;
using Joule.Evaluation;
using Joule.States;
using Xunit;

namespace Joule.Tests.Evaluation;

public sealed class ColumnImportanceTests
{
    // For E(x) = ½ Σ (x₀ − x₁)², taking a column from another row costs half the mean squared difference of the two rows' numbers.
    [Fact]
    public void The_importance_of_a_column_is_the_cost_of_its_exchange()
    {
        using Device device = Device.Cpu(1);
        double[] rises = ColumnImportance.Run(device, new Difference(), new Pairs(),
            [Column("a", 0, 1), Column("left out", 1, 0), Column("b", 1, 1), Column("c", 2, 1)], TestContext.Current.CancellationToken);
        // Rows are (i, i, 7i): the row half-way round differs by 2 in either direction, and column c has no effect.
        Assert.Equal([2.0, 0, 2, 0], rises);
    }

    [Fact]
    public void Only_some_of_many_rows_are_used()
    {
        using Device device = Device.Cpu(1);
        double[] rises = ColumnImportance.Run(device, new Difference(), new Pairs(5000), [Column("a", 0, 1)],
            TestContext.Current.CancellationToken);
        Assert.Equal(0.5 * 2500 * 2500, rises[0], 1e-3 * 2500 * 2500);
    }

    private static TransformColumn Column(string name, int first, int width) => new(name, "numeric", "", 0, "", "", first, width);

    private sealed class Difference : Energy
    {
        public override StateSpace Space { get; } = StateSpace.Real(Shape.Vector(3));

        public override void Evaluate(Rows states, Rows energies)
        {
            for (int i = 0; i < states.Count; i++)
                energies[i][0] = 0.5f * (states[i][0] - states[i][1]) * (states[i][0] - states[i][1]);
        }
    }

    private sealed class Pairs(int count = 4) : StateSet
    {
        public override string Name => "pairs";

        public override StateSpace Space { get; } = StateSpace.Real(Shape.Vector(3));

        public override int Count => count;

        public override void Read(int index, Span<float> state) => (state[0], state[1], state[2]) = (index, index, 7 * index);
    }
}
