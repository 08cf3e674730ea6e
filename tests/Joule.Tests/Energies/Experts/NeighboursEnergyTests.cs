using Joule.Compute;
using Joule.Energies;
using Joule.States;
using Xunit;

namespace Joule.Tests.Energies;

public sealed class NeighboursEnergyTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Energies_are_those_of_all_pairs(bool ranks) => CheckAllPairs(TableRows.Bent(300), ranks);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Rows_that_occur_several_times_and_far_rows_count_like_others(bool ranks)
    {
        // Every third row occurs eight times, so that its distance to its neighbours is 0. Every eleventh lies far out.
        float[][] rows = [.. Enumerable.Range(0, 300).Select(i => Read(TableRows.Bent(300), i % 3 == 0 ? i / 24 * 24 : i))];
        for (int i = 1; i < rows.Length; i += 11)
            rows[i][1] = 60 + i / 10f;
        CheckAllPairs(new ArrayStates("far", StateSpace.Real(Shape.Vector(3)), rows), ranks);
    }

    [Fact]
    public void A_row_of_the_training_set_lies_at_the_bottom_and_far_states_fall_like_a_Cauchy_distribution()
    {
        using Device device = Device.Cpu(1);
        float[][] same = [.. Enumerable.Repeat((float[])[2f, -1], 20)];
        ArrayStates rows = new("same", StateSpace.Real(Shape.Vector(2)), same);
        using FittedEnergy energy = TableRows.Fit(device, new NeighboursOptions { Rows = 32 }, rows);
        Assert.Equal(3 * Math.Log(0.001), TableRows.Energies(energy, TestRows.Of(1, 2, 2, -1))[0], 1e-4);
        float[] far = TableRows.Energies(energy, TestRows.Of(2, 2, 1e6f, 0, 2e6f, 0));
        Assert.Equal(3 * Math.Log(2), far[1] - far[0], 1e-4);
    }

    [Fact]
    public void Of_many_rows_a_part_is_kept_that_gives_nearly_the_same_energy()
    {
        using Device device = Device.Cpu(2);
        ArrayStates rows = TableRows.Bent(2000);
        using FittedEnergy all = TableRows.Fit(device, new NeighboursOptions { Rows = 2000 }, rows),
            part = TableRows.Fit(device, new NeighboursOptions { Rows = 500 }, rows);
        Rows states = TestRows.Normal(300, 3, 9, 2);
        double[] some = [.. TableRows.Energies(part, states).Select(e => (double)e)];
        double[] full = [.. TableRows.Energies(all, states).Select(e => (double)e)];
        double meanSome = some.Average(), meanFull = full.Average();
        double both = some.Zip(full, (a, b) => (a - meanSome) * (b - meanFull)).Sum();
        double squares = some.Sum(a => (a - meanSome) * (a - meanSome)) * full.Sum(b => (b - meanFull) * (b - meanFull));
        // Widths grow with the distances between kept rows: at most by the factor 4 of a line, so that four times ln 4 nats may be lost.
        Assert.InRange(meanFull - meanSome, 0, 4 * Math.Log(4));
        Assert.InRange(both / Math.Sqrt(squares), 0.9, 0.9999);
    }

    private static void CheckAllPairs(ArrayStates rows, bool ranks)
    {
        NeighboursOptions options = new() { Rows = 1000, Ranks = ranks };
        using Device device = Device.Cpu(2);
        using FittedEnergy energy = TableRows.Fit(device, options, rows);
        float[][] states = [.. Enumerable.Range(0, 300).Select(i => Read(rows, i))], points = [.. TestRows50(), [0, 70, 0], [1, 400, 1]];
        RankMap[] maps = [.. Enumerable.Range(0, 3).Select(j => Fitted([.. states.Select(s => (double)s[j])]))];
        double[][] kept = [.. states.Select(Map)];
        double[] radii = [.. kept.Select((x, i) => Nearest(x, kept, i))];
        double typical = Math.Exp(radii.Average(r => Math.Log(r + 1e-9)));
        double[] widths = [.. radii.Select(r => typical * Math.Sqrt(Math.Max(r / typical, 0.05)))];
        float[] energies = TableRows.Energies(energy, TestRows.Of(points.Length, 3, [.. points.SelectMany(p => p)]));
        for (int i = 0; i < points.Length; i++)
        {
            double mean = kept.Select((y, k) => Distance(Map(points[i]), y) / widths[k]).Order().Take(5).Average();
            // Ranks and widths are float32, and coordinates of some units; energies of some tens of nats.
            Assert.Equal(4 * Math.Log(0.001 + mean), energies[i], 1e-4);
        }
        // A row is left out by its place; its twins stay.
        FitRows read = FitRows.Read(device, rows, 5, CancellationToken.None);
        double[] without = energy.Fit(read);
        for (int i = 0; i < read.Count; i++)
        {
            double[] x = Map(read[i].ToArray());
            int own = Array.FindIndex(kept, y => y.SequenceEqual(x));
            double mean = kept.Select((y, k) => k == own ? double.PositiveInfinity : Distance(x, y) / widths[k]).Order().Take(5).Average();
            Assert.Equal(4 * Math.Log(0.001 + mean), without[i], 1e-4);
        }

        double[] Map(float[] x) => [.. x.Select((v, j) => ranks ? (double)maps[j].At(v).Rank : v)];
    }

    private static double Nearest(double[] x, double[][] rows, int own) =>
        rows.Where((_, k) => k != own).Select(y => Distance(x, y)).Order().Take(5).Average();

    private static float[] Read(StateSet rows, int index)
    {
        float[] row = new float[rows.Space.Width];
        rows.Read(index, row);
        return row;
    }

    private static RankMap Fitted(double[] column)
    {
        float[] fitted = new float[RankMap.Length];
        RankMap.Fit(column, fitted);
        return new RankMap(fitted);
    }

    private static double Distance(double[] x, double[] y) => Math.Sqrt(x.Zip(y, (a, b) => (a - b) * (a - b)).Sum());

    private static IEnumerable<float[]> TestRows50()
    {
        Rows rows = TestRows.Normal(50, 3, 8, 1.5f);
        for (int i = 0; i < 50; i++)
            yield return rows[i].ToArray();
    }
}
