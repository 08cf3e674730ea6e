using Joule.Compute;
using Joule.Energies;
using Joule.States;
using Xunit;

namespace Joule.Tests.Energies;

public sealed class TreeEnergyTests
{
    [Fact]
    public void It_is_a_normalised_density_whose_exact_states_have_its_distribution()
    {
        using Device device = Device.Cpu(2);
        float[][] pairs = [.. Enumerable.Range(0, 600).Select(i => Read(TableRows.Bent(600), i)[..2])];
        ArrayStates set = new("pairs", StateSpace.Real(Shape.Vector(2)), pairs);
        using FittedEnergy energy = TableRows.Fit(device, new TreeOptions(), set);
        TreeEnergy tree = Assert.IsType<TreeEnergy>(energy);
        Assert.Single(tree.Edges);
        // The midpoint rule in a box: outside lie kernels' tails of 10⁻⁵ and most of the two Cauchy shares of 10⁻³.
        const int side = 700;
        const double low = -7, step = 20.0 / side;
        Rows row = TestRows.Empty(side, 2);
        double z = 0, corner = 0;
        for (int i = 0; i < side; i++)
        {
            for (int j = 0; j < side; j++)
                (row[j][0], row[j][1]) = ((float)(low + (i + 0.5) * step), (float)(low + (j + 0.5) * step));
            float[] energies = TableRows.Energies(tree, row);
            for (int j = 0; j < side; j++)
            {
                double mass = Math.Exp(-energies[j]) * step * step;
                z += mass;
                corner += row[j][0] > 0.5f && row[j][1] > 0 ? mass : 0;
            }
        }
        Assert.InRange(z, 0.997, 1.0002);
        const int count = 20_000;
        int inside = 0;
        float[] state = new float[2];
        for (int i = 0; i < count; i++)
        {
            tree.Sample(new RandomStream(3, RandomPurpose.User, 4), (uint)i, state);
            inside += state[0] > 0.5f && state[1] > 0 ? 1 : 0;
        }
        // Five standard errors, and the share that the box misses.
        Assert.Equal(corner, (double)inside / count, 5 * Math.Sqrt(corner * (1 - corner) / count) + 2e-3);
    }

    [Fact]
    public void It_finds_a_chain_and_leaves_independent_columns_alone()
    {
        using Device device = Device.Cpu(2);
        Rows normal = TestRows.Normal(1500, 4, 6);
        float[][] rows = new float[1500][];
        for (int i = 0; i < rows.Length; i++)
        {
            Span<float> e = normal[i];
            float first = e[0], second = 0.8f * first + 0.6f * e[1], third = 0.8f * second + 0.6f * e[2];
            rows[i] = [third, first, e[3], second];
        }
        ArrayStates set = new("chain", StateSpace.Real(Shape.Vector(4)), rows);
        using FittedEnergy energy = TableRows.Fit(device, new TreeOptions(), set);
        TreeEdge[] edges = ((TreeEnergy)energy).Edges;
        Assert.Equal([(0, 3), (3, 1)], edges.Select(e => (e.Parent, e.Child)));
        // The mean of ln c is the mutual information of the model, −½ ln(1 − 0.8²) = 0.51 nats, less what smoothing takes.
        double[] gains = [.. rows.Select(r =>
            Math.Log(edges[1].At(((TreeEnergy)energy).Ranks[3].At(r[3]).Rank, ((TreeEnergy)energy).Ranks[1].At(r[1]).Rank).Value))];
        Assert.InRange(gains.Average(), 0.25, 0.51);
    }

    [Fact]
    public void Rows_left_out_are_less_likely_than_rows_of_the_fit_and_as_likely_as_new_rows()
    {
        using Device device = Device.Cpu(2);
        ArrayStates rows = TableRows.Bent(1000), others = TableRows.Bent(1000, 7);
        using TreeEnergy tree = (TreeEnergy)TableRows.Fit(device, new TreeOptions(), rows);
        double[] left = tree.Fit(FitRows.Read(device, rows, 5, CancellationToken.None));
        double seen = TableRows.Energies(tree, All(rows)).Average(e => (double)e), fresh = TableRows.Energies(tree, All(others))
            .Average(e => (double)e);
        double mean = left.Average(), deviation = Math.Sqrt(left.Average(e => (e - mean) * (e - mean)));
        Assert.True(mean > seen, $"{mean} against {seen}");
        // Two means of 1000 rows each: five standard errors.
        Assert.Equal(fresh, mean, 5 * deviation * Math.Sqrt(2.0 / 1000));
    }

    private static Rows All(ArrayStates rows)
    {
        Rows all = TestRows.Empty(rows.Count, rows.Space.Width);
        for (int i = 0; i < rows.Count; i++)
            rows.Read(i, all[i]);
        return all;
    }

    private static float[] Read(StateSet rows, int index)
    {
        float[] row = new float[rows.Space.Width];
        rows.Read(index, row);
        return row;
    }
}
