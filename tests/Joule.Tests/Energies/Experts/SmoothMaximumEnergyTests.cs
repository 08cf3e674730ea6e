using Joule.Compute;
using Joule.Energies;
using Joule.States;
using Joule.Tests.Data;
using Xunit;

namespace Joule.Tests.Energies;

public sealed class SmoothMaximumEnergyTests
{
    [Fact]
    public void Of_one_energy_it_is_that_energy()
    {
        using Device device = Device.Cpu(2);
        ArrayStates rows = TableRows.Bent(400);
        using FittedEnergy whole = TableRows.Fit(device, new SmoothMaximumOptions { Energies = [new TreeOptions()] }, rows),
            tree = TableRows.Fit(device, new TreeOptions(), rows);
        Rows states = TestRows.Normal(200, 3, 5, 2);
        float[] expected = TableRows.Energies(tree, states), actual = TableRows.Energies(whole, states);
        // Below the lowest energy of a training row the scale changes.
        double lowest = tree.Fit(FitRows.Read(device, rows, 5, CancellationToken.None)).Min();
        for (int i = 0; i < 200; i++)
        {
            if (expected[i] > lowest)
                Assert.Equal(expected[i], actual[i], 1e-4 * (1 + Math.Abs(expected[i])));
        }
    }

    [Fact]
    public void It_is_the_harmonic_mean_of_tail_probabilities_and_is_never_far_below_the_first_energy()
    {
        using Device device = Device.Cpu(2);
        ArrayStates rows = TableRows.Bent(400);
        using SmoothMaximumEnergy whole = (SmoothMaximumEnergy)TableRows.Fit(device, TableRows.Combination(), rows);
        FitRows fit = FitRows.Read(device, rows, 5, CancellationToken.None);
        TailCalibration[] tails = [.. whole.Parts.Select(p => Tail(p.Fit(fit)))];
        Rows states = TestRows.Normal(300, 3, 5, 3);
        float[][] parts = [.. whole.Parts.Select(p => TableRows.Energies(p, states))];
        float[] energies = TableRows.Energies(whole, states);
        int beyond = 0;
        for (int i = 0; i < 300; i++)
        {
            double mean = tails.Select((t, m) => Math.Exp(t.At(parts[m][i]).Log)).Average(), log = Math.Log(mean);
            double excess = mean / Math.Exp(tails[0].Last) - 1;
            double expected = log < tails[0].Last ? tails[0].Invert(log).Energy
                : tails[0].Largest + tails.Length * tails[0].MeanExcess * excess;
            Assert.Equal(expected, energies[i], 1e-3 * (1 + Math.Abs(expected)));
            if (parts[0][i] >= tails[0].Largest)
            {
                beyond++;
                Assert.True(energies[i] >= parts[0][i] + (1 - tails.Length) * tails[0].MeanExcess - 1e-3, $"state {i}");
            }
        }
        Assert.InRange(beyond, 50, 299);
    }

    [Fact]
    public void Anomalies_among_the_training_rows_are_left_out()
    {
        // A tenth of the rows lies in a cloud of its own.
        Rows noise = TestRows.Normal(300, 2, 3);
        float[][] all = [.. Enumerable.Range(0, 300).Select(i => i < 270 ? noise[i].ToArray()
            : (float[])[8 + 3 * noise[i][0], -8 + 3 * noise[i][1]])];
        StateSpace space = StateSpace.Real(Shape.Vector(2));
        ArrayStates clean = new("clean", space, all[..270]), mixed = new("mixed", space, all);
        using Device device = Device.Cpu(2);
        SmoothMaximumOptions options = TableRows.Combination();
        using FittedEnergy pure = TableRows.Fit(device, options, clean), blind = TableRows.Fit(device, options, mixed),
            told = TableRows.Fit(device, options with { Contamination = 0.1 }, mixed);
        Rows wrong = TestRows.Of(1, 2, 8, -8);
        float of(FittedEnergy energy) => TableRows.Energies(energy, wrong)[0];
        // A cluster of its own is a part of the data to a blind fit, and stands out after some concentration.
        Assert.True(of(told) > 2.5 * of(blind) && of(pure) > of(told), $"{of(blind)}, {of(told)}, {of(pure)}");
        Assert.Equal(30, (options with { Contamination = 0.1 }).CountLeftOut(300));
        Assert.Contains("30 of 300 training rows", (options with { Contamination = 0.1 }).Describe(300), StringComparison.Ordinal);
        Assert.Null(options.Describe(300));
    }

    [Fact]
    public void Only_fitted_energies_can_be_combined()
    {
        using Device device = Device.Cpu(1);
        SmoothMaximumOptions options = new() { Energies = [new TreeOptions(), new HarmonicOptions()] };
        Refused.With(() => options.Create(device, StateSpace.Real(Shape.Vector(2))), "energies.1 is harmonic", "neighbours or tree");
    }

    private static TailCalibration Tail(double[] energies)
    {
        float[] fitted = new float[TailCalibration.Length];
        TailCalibration.Fit(energies, fitted);
        return new TailCalibration(fitted);
    }
}
