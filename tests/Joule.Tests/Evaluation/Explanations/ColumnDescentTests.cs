using Joule.Compute;
using Joule.Energies;
using Joule.Evaluation;
using Joule.States;
using Joule.Tests.Energies;
using Xunit;

namespace Joule.Tests.Evaluation;

public sealed class ColumnDescentTests
{
    [Fact]
    public void Shares_of_a_known_energy_are_what_its_terms_lose()
    {
        using Device device = Device.Cpu(2);
        GaussianEnergy energy = new([1, 0, -1], [1, 1, 1]);
        ColumnDescent descent = new(device, energy, StateColumn.Single(energy.Space));
        Descent found = descent.Run([-2, 0.1f, 1], new Likely(null, level: 0.1), TestContext.Current.CancellationToken);
        // E = ½·3² + ½·0.1² + ½·2²: the first column moves to its mean, then the third; the second may stay.
        Assert.Equal(6.505f, found.Energy, 1e-5f);
        Assert.Equal([4.5, 0, 2], found.Shares.Select(s => Math.Round(s, 2)));
        Assert.Equal([1, 0.1f, -1], found.Reference.Select(x => MathF.Round(x, 1)));
        Assert.True(found.IsLikely);
        Assert.Equal(found.Energy - found.ReferenceEnergy, found.Shares.Sum(), 1e-5);
    }

    [Fact]
    public void A_likely_row_has_nothing_to_explain_and_without_a_rule_the_descent_ends_at_the_lowest()
    {
        using Device device = Device.Cpu(2);
        GaussianEnergy energy = new([1, 0, -1], [1, 1, 1]);
        ColumnDescent descent = new(device, energy, StateColumn.Single(energy.Space));
        float[] state = [1, 0.5f, -1];
        Descent still = descent.Run(state, new Likely(null, level: 0.2), TestContext.Current.CancellationToken);
        Assert.Equal(state, still.Reference);
        Assert.Equal((true, 0), (still.IsLikely, still.Shares.Sum()));
        Descent lowest = descent.Run(state, new Likely(null), TestContext.Current.CancellationToken);
        Assert.False(lowest.IsLikely);
        Assert.InRange(lowest.ReferenceEnergy, 0, 0.003f);
        Assert.Throws<InvalidInputException>(() => new Likely(null, double.NaN));
        Assert.True(new Likely(Calibration.Of([.. Enumerable.Range(0, 40).Select(i => (float)i)])).Holds(20));
        Assert.False(new Likely(Calibration.Of([.. Enumerable.Range(0, 40).Select(i => (float)i)])).Holds(21));
    }

    [Fact]
    public void A_wrong_level_is_named()
    {
        using Device device = Device.Cpu(2);
        // Levels (1, 0) where x > 0, (0, 1) elsewhere; two numbers agree on x.
        Rows normal = TestRows.Normal(300, 2, 3);
        float[][] rows = [.. Enumerable.Range(0, 300).Select(i => (float[])[normal[i][0], normal[i][0] + 0.1f * normal[i][1],
            normal[i][0] > 0 ? 1 : 0, normal[i][0] > 0 ? 0 : 1])];
        ArrayStates set = new("levels", StateSpace.Real(Shape.Vector(4)), rows);
        using FittedEnergy energy = TableRows.Fit(device, TableRows.Combination(), set);
        StateColumn[] columns = [new(0, 1, 0, "x"), new(1, 1, 0, "y"), new(2, 2, 2, "sign")];
        double usual = TableRows.Energies(energy, TestRows.Of(1, 4, 1.2f, 1.2f, 1, 0))[0];
        Descent found = new ColumnDescent(device, energy, columns).Run([1.2f, 1.2f, 0, 1], new Likely(null, usual + 0.5),
            TestContext.Current.CancellationToken);
        Assert.Equal([1.2f, 1.2f, 1, 0], found.Reference);
        Assert.Equal([0, 0], found.Shares[..2]);
        Assert.True(found.Shares[2] > 1);
    }

    /// <summary>Rows of five dependent columns, of which one is set to 5 to 10 deviations from its mean.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_planted_wrong_column_is_named_first(ulong seed)
    {
        const int count = 60;
        using Device device = Device.Cpu(2);
        float[][] rows = Dependent(500, seed);
        ArrayStates train = new("train", StateSpace.Real(Shape.Vector(5)), rows[..300]);
        using FittedEnergy energy = TableRows.Fit(device, TableRows.Combination(), train);
        float[] energies = EnergyOfStates.Run(device, energy, 100, (i, state) => rows[300 + i].CopyTo(state), null,
            TestContext.Current.CancellationToken);
        Likely likely = new(Calibration.Of(energies));
        ColumnDescent descent = new(device, energy, StateColumn.Single(energy.Space));
        RandomStream draws = new(seed, RandomPurpose.User, 1);
        int first = 0;
        for (int i = 0; i < count; i++)
        {
            float[] row = rows[400 + i];
            int wrong = draws.Integer(5, (uint)i, 0);
            row[wrong] = (5 + 5 * draws.Uniform((uint)i, 7)) * (draws.Uniform((uint)i, 8) < 0.5f ? -1 : 1);
            Descent found = descent.Run(row, likely, TestContext.Current.CancellationToken);
            Assert.Equal((double)found.Energy - found.ReferenceEnergy, found.Shares.Sum(), 1e-4);
            first += Array.IndexOf(found.Shares, found.Shares.Max()) == wrong ? 1 : 0;
        }
        // A share of 0.97 or more is reached; 0.9 of 60 lies three standard errors below.
        Assert.InRange(first, (int)(0.9 * count), count);
    }

    private static float[][] Dependent(int count, ulong seed)
    {
        Rows normal = TestRows.Normal(count, 7, seed);
        float[][] rows = new float[count][];
        for (int i = 0; i < count; i++)
        {
            Span<float> e = normal[i];
            rows[i] =
            [
                0.9f * e[0] + 0.4f * e[2], 0.9f * e[0] - 0.4f * e[3], 0.9f * e[1] + 0.4f * e[4], MathF.Tanh(e[0] + e[1]) + 0.4f * e[5],
                0.7f * e[0] - 0.7f * e[1] + 0.3f * e[6],
            ];
        }
        return rows;
    }
}
