using Joule.Compute;
using Joule.Energies;
using Joule.States;
using Xunit;

namespace Joule.Tests.Energies;

/// <summary>Integrals and draws of missing numbers, against sums over a fine grid of the tree's own energy.</summary>
public sealed class TreeConditionalTests
{
    // A chain 0 – 1 – 2, on which 3 hardly depends.
    private static readonly float[] State = [0.7f, -0.4f, -0.9f, 0.3f];

    [Theory]
    [InlineData("F...")]
    [InlineData(".F..")]
    [InlineData("..FF")]
    [InlineData("FF..")]
    [InlineData(".FF.")]
    public void The_density_of_known_numbers_is_an_integral(string roles)
    {
        using Device device = Device.Cpu(2);
        using TreeEnergy tree = Chain(device);
        Assert.Equal(3, tree.Edges.Length);
        TreeConditional conditional = new(tree, new TreeGrid(tree));
        double energy = conditional.Solve(State, Roles(roles));
        // The midpoint rule between −6 and 6; outside lie 10⁻³ of the Cauchy share of each number, and its points are 1/30 apart.
        Assert.Equal(-Math.Log(Integral(tree, roles, _ => 1)), energy, 4e-3);
    }

    [Fact]
    public void With_all_numbers_known_it_is_the_energy_and_with_none_it_is_0()
    {
        using Device device = Device.Cpu(2);
        using TreeEnergy tree = Chain(device);
        TreeConditional conditional = new(tree, new TreeGrid(tree));
        Assert.Equal(TableRows.Energies(tree, TestRows.Of(1, 4, State))[0], conditional.Solve(State, Roles("....")), 1e-4);
        Assert.Equal(0, conditional.Solve(State, Roles("FFFF")), 2e-3);
    }

    [Fact]
    public void Draws_have_the_conditional_distribution_and_their_density_is_told()
    {
        const string roles = "FF..";
        const int count = 20_000;
        using Device device = Device.Cpu(2);
        using TreeEnergy tree = Chain(device);
        TreeConditional conditional = new(tree, new TreeGrid(tree));
        double known = conditional.Solve(State, Roles(roles)), z = Integral(tree, roles, _ => 1);
        RandomStream draws = new(3, RandomPurpose.User, 0);
        Rows states = TestRows.Empty(count, 4);
        double[] logs = new double[count];
        for (int i = 0; i < count; i++)
        {
            State.CopyTo(states[i]);
            logs[i] = conditional.Draw(draws, (uint)i, states[i]);
        }
        float[] energies = TableRows.Energies(tree, states);
        for (int i = 0; i < count; i++)
        {
            Assert.Equal((State[2], State[3]), (states[i][2], states[i][3]));
            // ln q is that of the tree, −E(x) + E(known), but for ranks that bend within a cell and the Cauchy share: 5% is a bound that a
            // density without the copula of 0 and 1 would break at once.
            if (known - energies[i] > -7)
                Assert.Equal(known - energies[i], logs[i], 0.05);
        }
        foreach (int number in (int[])[0, 1])
        {
            double mean = Integral(tree, roles, x => x[number]) / z, square = Integral(tree, roles, x => x[number] * x[number]) / z;
            double drawn = Enumerable.Range(0, count).Average(i => (double)states[i][number]);
            // Five standard errors, and the Cauchy share that is not drawn.
            Assert.Equal(mean, drawn, 5 * Math.Sqrt((square - mean * mean) / count) + 2e-3);
        }
    }

    [Fact]
    public void An_absent_number_takes_its_edges_with_it()
    {
        using Device device = Device.Cpu(2);
        using TreeEnergy tree = Chain(device);
        TreeConditional conditional = new(tree, new TreeGrid(tree));
        for (int i = 0; i < 4; i++)
        {
            string roles = new([.. Enumerable.Range(0, 4).Select(j => j == i ? '.' : 'A')]);
            Assert.Equal(-Math.Log(tree.Marginals[i].At(State[i]).Density), conditional.Solve(State, Roles(roles)), 1e-12);
        }
    }

    private static TreeRole[] Roles(string letters) =>
        [.. letters.Select(l => l == 'F' ? TreeRole.Free : l == 'A' ? TreeRole.Absent : TreeRole.Known)];

    private static TreeEnergy Chain(Device device)
    {
        Rows normal = TestRows.Normal(800, 4, 6);
        float[][] rows = new float[normal.Count][];
        for (int i = 0; i < rows.Length; i++)
        {
            Span<float> e = normal[i];
            float second = 0.8f * e[0] + 0.6f * e[1];
            rows[i] = [e[0], second, 0.8f * second + 0.6f * e[2], e[3]];
        }
        return (TreeEnergy)TableRows.Fit(device, new TreeOptions(), new ArrayStates("chain", StateSpace.Real(Shape.Vector(4)), rows));
    }

    private static double Integral(TreeEnergy tree, string roles, Func<float[], double> weight)
    {
        const int side = 360;
        const double step = 12.0 / side;
        int[] free = [.. Enumerable.Range(0, roles.Length).Where(i => roles[i] == 'F')];
        int count = free.Length == 1 ? side : side * side;
        Rows states = TestRows.Empty(count, roles.Length);
        for (int i = 0; i < count; i++)
        {
            State.CopyTo(states[i]);
            states[i][free[0]] = (float)(-6 + (i % side + 0.5) * step);
            if (free.Length > 1)
                states[i][free[1]] = (float)(-6 + (i / side + 0.5) * step);
        }
        float[] energies = TableRows.Energies(tree, states);
        double sum = 0;
        for (int i = 0; i < count; i++)
            sum += Math.Exp(-energies[i]) * weight(states[i].ToArray());
        return sum * Math.Pow(step, free.Length);
    }
}
