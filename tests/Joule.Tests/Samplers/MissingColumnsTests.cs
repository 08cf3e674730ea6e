using Joule.Compute;
using Joule.Energies;
using Joule.Samplers;
using Joule.States;
using Joule.Tests.Energies;
using Xunit;

namespace Joule.Tests.Samplers;

public sealed class MissingColumnsTests
{
    private static readonly StateColumn[] Columns = [new(0, 1, 0, "x"), new(1, 1, 0, "y"), new(2, 1, 0, "z")];

    [Fact]
    public void The_free_energy_of_a_combination_is_that_of_quadrature()
    {
        using Device device = Device.Cpu(2);
        using FittedEnergy energy = TableRows.Fit(device, TableRows.Combination(), TableRows.Bent(400));
        MissingColumns missing = new(energy, Columns, 2000);
        Assert.True(missing.HasProposals);
        float[] state = [0.8f, 0, 0];
        MissingDraws draws = missing.Draw(state, [false, true, false]);
        const int side = 4000;
        const double step = 30.0 / side;
        Rows grid = TestRows.Empty(side, 3);
        for (int i = 0; i < side; i++)
            (grid[i][0], grid[i][1]) = (0.8f, (float)(-15 + (i + 0.5) * step));
        float[] energies = TableRows.Energies(energy, grid);
        double z = 0, mean = 0, number = 0;
        for (int i = 0; i < side; i++)
        {
            double mass = Math.Exp(-energies[i]) * step;
            (z, mean, number) = (z + mass, mean + mass * energies[i], number + mass * grid[i][1]);
        }
        // Five standard errors by the effective number of draws; an energy's own deviation over the draws is below 3 nats.
        double error = 5 / Math.Sqrt(draws.Effective);
        Assert.InRange(draws.Effective, 200, 2000);
        Assert.Equal(-Math.Log(z), draws.FreeEnergy, error);
        Assert.Equal(mean / z, draws.MeanEnergy, 3 * error);
        double drawn = Enumerable.Range(0, 2000).Sum(m => draws.Weights[m] * draws[m][1]);
        Assert.Equal(number / z, drawn, error);
        Assert.All(Enumerable.Range(0, 2000), m => Assert.Equal((0.8f, 0f), (draws[m][0], draws[m][2])));
        Assert.Equal(1, draws.Weights.Sum(), 1e-9);
    }

    [Fact]
    public void The_free_energy_of_a_tree_is_exact_with_numbers_and_a_column_of_levels()
    {
        using Device device = Device.Cpu(2);
        using FittedEnergy tree = TableRows.Fit(device, new TreeOptions(), TableRows.Bent(400));
        float[] state = [0.8f, 0, 0];
        MissingDraws few = new MissingColumns(tree, Columns, 2).Draw(state, [false, true, false]);
        MissingDraws many = new MissingColumns(tree, Columns, 3000).Draw(state, [false, true, false]);
        Assert.Equal(few.FreeEnergy, many.FreeEnergy);
        // Every proposal is a draw of the tree itself, so that the weights are equal but for the density within a cell.
        Assert.InRange(many.Effective, 2950, 3000.001);
        // Levels: the sum over both of them, each with the numbers integrated.
        StateColumn[] mixed = [new(0, 2, 2, "level"), new(2, 1, 0, "number")];
        MissingDraws levels = new MissingColumns(tree, mixed, 3000).Draw(state, [true, true, true]);
        double sum = 0;
        foreach (float[] level in (float[][])[[1, 0, 0], [0, 1, 0]])
            sum += Math.Exp(-new MissingColumns(tree, mixed, 2).Draw(level, [false, false, true]).FreeEnergy);
        Assert.Equal(-Math.Log(sum), levels.FreeEnergy, 1e-6);
        double first = Enumerable.Range(0, 3000).Sum(m => levels.Weights[m] * levels[m][0]);
        double p = Math.Exp(-new MissingColumns(tree, mixed, 2).Draw([1, 0, 0], [false, false, true]).FreeEnergy) / sum;
        Assert.Equal(p, first, 5 * Math.Sqrt(p * (1 - p) / levels.Effective));
    }

    [Fact]
    public void Draws_depend_on_the_row_and_the_seed_alone()
    {
        ArrayStates rows = new("rows", StateSpace.Real(Shape.Vector(3)), [[0.8f, 9, 0], [0.1f, 9, 1], [0.8f, 7, 0]]);
        MissingStates set = new(rows);
        double[][] found = new double[2][];
        foreach (int threads in (int[])[1, 2])
        {
            using Device device = Device.Cpu(threads);
            using FittedEnergy energy = TableRows.Fit(device, TableRows.Combination(), TableRows.Bent(200));
            double[] means = found[threads - 1] = new double[3];
            new MissingColumns(energy, Columns, 40).Run(device, set, [0, 1, 2], (i, draws) => means[i] = draws.FreeEnergy,
                cancellation: TestContext.Current.CancellationToken);
            // The value that stands in a missing place has no influence.
            Assert.Equal(means[0], means[2]);
            Assert.NotEqual(means[0], means[1]);
            Assert.NotEqual(means[0], new MissingColumns(energy, Columns, 40, seed: 8).Draw([0.8f, 0, 0], [false, true, false])
                .FreeEnergy);
        }
        Assert.Equal(found[0], found[1]);
    }

    [Fact]
    public void An_energy_without_a_tree_is_sampled_by_chains()
    {
        CorrelatedGaussianEnergy energy = new([0, 0], new double[,] { { 1, 0.9 }, { 0.9, 1 } });
        MissingColumns missing = new(energy, StateColumn.Single(energy.Space), 1000);
        Assert.False(missing.HasProposals);
        MissingDraws draws = missing.Draw([2, 0], [false, true]);
        Assert.Equal(double.NaN, draws.FreeEnergy);
        Assert.Equal(1000, draws.Effective, 1e-6);
        // N(1.8, 0.19), and the mean of E is 2 + ½: five standard errors.
        Assert.Equal(1.8, Enumerable.Range(0, 1000).Average(m => draws[m][1]), 5 * Math.Sqrt(0.19 / 1000));
        Assert.Equal(2.5, draws.MeanEnergy, 5 * Math.Sqrt(0.5 / 1000));
    }

    // The middle number of every row is missing.
    private sealed class MissingStates(StateSet inner) : StateSet
    {
        public override string Name => inner.Name;

        public override StateSpace Space => inner.Space;

        public override int Count => inner.Count;

        public override bool HasMissing(int index) => true;

        public override void Read(int index, Span<float> state) => inner.Read(index, state);

        public override void ReadKnown(int index, Span<float> state, Span<bool> isMissing)
        {
            base.ReadKnown(index, state, isMissing);
            isMissing[1] = true;
        }
    }
}
