using Joule.Compute;
using Joule.Data;
using Joule.Energies;
using Joule.States;
using Xunit;

namespace Joule.Tests.Energies;

public sealed class DrawsDataOptionsTests
{
    private static readonly DataRequest Request = new(3, _ => { });

    [Fact]
    public void States_are_the_draws_of_the_energy_shifted_and_scaled()
    {
        DataSets data = new DrawsDataOptions { Source = "moons", Count = 500, TestCount = 70 }.Open(Request);
        DrawsTransform transform = Assert.IsType<DrawsTransform>(data.Transform);
        ISamplable energy = (ISamplable)DrawnEnergies.Create("two_moons");
        RandomStream draws = new(3, RandomPurpose.DataSplit, 4);
        float[] expected = new float[2], state = new float[2];
        for (int i = 0; i < data.Train.Count; i++)
        {
            energy.Sample(draws, (uint)i, expected);
            data.Train.Read(i, state);
            transform.ToSource(state);
            Assert.Equal(expected[0], state[0], 1e-5);
            Assert.Equal(expected[1], state[1], 1e-5);
        }
        Assert.Equal((500, 70, "point", "two_moons:test"), (data.Train.Count, data.Test.Count, data.Test.Noun, data.Test.Name));
        Assert.Equal(["x0", "x1"], data.Train.ColumnNames!);
        Assert.Equal("two_moons: exact draws of 2 numbers each; 500 to train on, 70 drawn by seed 3 to test with; validated on the test "
            + "points", data.Report.Describe());
    }

    [Fact]
    public void Training_states_have_mean_0_and_deviation_1()
    {
        StateSet train = new DrawsDataOptions { Source = "banana", Count = 400 }.Open(Request).Train;
        double[][] rows = [.. Enumerable.Range(0, train.Count).Select(i => Read(train, i).Select(v => (double)v).ToArray())];
        for (int i = 0; i < 2; i++)
        {
            double mean = rows.Average(r => r[i]);
            Assert.Equal(0, mean, 1e-4);
            Assert.Equal(1, Math.Sqrt(rows.Average(r => Math.Pow(r[i] - mean, 2))), 1e-4);
        }
    }

    [Fact]
    public void Without_scaling_and_for_other_domains_states_are_the_draws_themselves()
    {
        foreach (string name in (string[])["banana", "harmonic"])
        {
            DataSets data = new DrawsDataOptions { Source = name, Count = 10, Standardize = false }.Open(Request);
            float[] expected = new float[data.Train.Space.Width];
            ((ISamplable)DrawnEnergies.Create(name)).Sample(new RandomStream(3, RandomPurpose.DataSplit, 4), 2, expected);
            Assert.Equal(expected, Read(data.Train, 2));
        }
    }

    [Fact]
    public void Training_test_and_validation_draws_differ_and_a_seed_of_their_own_fixes_them()
    {
        DrawsDataOptions options = new() { Source = "rings", Count = 100, TestCount = 20, ValidationShare = 0.25 };
        DataSets data = options.Open(Request);
        Assert.Equal((75, 20, 25), (data.Train.Count, data.Test.Count, data.Validation!.Count));
        Assert.NotEqual(Read(data.Train, 0), Read(data.Test, 0));
        Assert.NotEqual(Read(data.Validation, 0), Read(data.Test, 0));
        Assert.NotEqual(data.Fingerprint(), options.Open(Request with { Seed = 4 }).Fingerprint());
        Assert.Equal(data.Fingerprint(), (options with { Seed = 3 }).Open(Request with { Seed = 4 }).Fingerprint());
    }

    [Fact]
    public void The_source_is_an_energy_with_exact_draws()
    {
        Assert.Contains("Did you mean \"rings\"?",
            Assert.Throws<InvalidInputException>(() => new DrawsDataOptions { Source = "ring" }.Open(Request)).Message,
            StringComparison.Ordinal);
        Assert.Equal("two_moons", new DrawsDataOptions { Source = "moons" }.FromAnyFolder().Source);
    }

    private static float[] Read(StateSet set, int row)
    {
        float[] state = new float[set.Space.Width];
        set.Read(row, state);
        return state;
    }
}
