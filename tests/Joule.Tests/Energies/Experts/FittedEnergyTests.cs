using Joule.Compute;
using Joule.Energies;
using Joule.States;
using Joule.Tests.Data;
using Xunit;

namespace Joule.Tests.Energies;

/// <summary>Rules for every energy that is fitted and not trained.</summary>
public sealed class FittedEnergyTests
{
    public static TheoryData<string> Names => [.. All.Keys];

    private static Dictionary<string, FittedOptions> All { get; } = new()
    {
        ["neighbours"] = new NeighboursOptions { Rows = 256 },
        ["ranks in subspaces"] = new NeighboursOptions { Rows = 256, Ranks = true, Subspaces = 3 },
        ["tree"] = new TreeOptions(),
        ["smooth maximum"] = TableRows.Combination(0.05),
    };

    [Theory]
    [MemberData(nameof(Names))]
    public void A_fit_is_the_same_on_any_device_and_follows_the_seed(string name)
    {
        ArrayStates rows = TableRows.Bent(300);
        using Device one = Device.Cpu(1), three = Device.Cpu(3), hidden = new FakeDevice();
        using FittedEnergy first = TableRows.Fit(one, All[name], rows), second = TableRows.Fit(three, All[name], rows),
            third = TableRows.Fit(hidden, All[name], rows), other = TableRows.Fit(one, All[name], rows, 6);
        float[] fitted = one.Download(first.Fitted);
        Assert.All(fitted, value => Assert.True(float.IsFinite(value)));
        Assert.Equal(fitted, three.Download(second.Fitted));
        Assert.Equal(fitted, hidden.Download(third.Fitted));
        // A tree of all rows has no draws.
        Assert.Equal(All[name] is TreeOptions, fitted.SequenceEqual(one.Download(other.Fitted)));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void What_is_saved_is_all_of_the_energy(string name)
    {
        ArrayStates rows = TableRows.Bent(300);
        using Device device = Device.Cpu(2);
        using FittedEnergy energy = TableRows.Fit(device, All[name], rows), copy = (FittedEnergy)All[name].Create(device, rows.Space);
        Rows states = TestRows.Normal(40, 3, 2, 2);
        Assert.NotEqual(TableRows.Energies(energy, states), TableRows.Energies(copy, states));
        device.Upload(device.Download(energy.Saved), copy.Saved);
        copy.Commit();
        Assert.Equal(TableRows.Energies(energy, states), TableRows.Energies(copy, states));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_gradient_of_a_fitted_energy_is_its_slope_away_from_kinks(string name)
    {
        using Device device = Device.Cpu(1);
        using FittedEnergy energy = TableRows.Fit(device, All[name], TableRows.Bent(300));
        Rows states = TestRows.Normal(60, 3, 3), energies = TestRows.Empty(60, 1), gradient = TestRows.Empty(60, 3);
        energy.Gradient(states, energies, gradient);
        Assert.Equal(TableRows.Energies(energy, states), energies.Span.ToArray());
        // Where the differences to both sides agree, no kink lies between. Float32 energies of some nats and steps of 10⁻³: 10⁻³ of slope.
        int smooth = 0;
        for (int i = 0; i < states.Length; i++)
        {
            double right = Slope(i, 1e-3f), left = Slope(i, -1e-3f), exact = gradient.Span[i];
            if (Math.Abs(right - left) > 0.02 * (1 + Math.Abs(right)))
                continue;
            smooth++;
            Assert.Equal((right + left) / 2, exact, 0.03 * (1 + Math.Abs(right)));
        }
        Assert.InRange(smooth, states.Length / 4, states.Length);

        double Slope(int place, float step)
        {
            Rows both = TestRows.Empty(2, 3);
            states[place / 3].CopyTo(both[0]);
            states[place / 3].CopyTo(both[1]);
            both[0][place % 3] += step;
            float[] values = TableRows.Energies(energy, both);
            return ((double)values[0] - values[1]) / ((double)both[0][place % 3] - both[1][place % 3]);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void An_evaluation_allocates_nothing_and_far_states_have_finite_energies(string name)
    {
        using Device device = Device.Cpu(1);
        using FittedEnergy energy = TableRows.Fit(device, All[name], TableRows.Bent(300));
        Rows states = TestRows.Normal(50, 3, 4), energies = TestRows.Empty(50, 1), gradient = TestRows.Empty(50, 3);
        energy.Gradient(states, energies, gradient);
        long before = GC.GetAllocatedBytesForCurrentThread();
        energy.Evaluate(states, energies);
        energy.Gradient(states, energies, gradient);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Rows far = TestRows.Of(3, 3, 1e6f, -1e6f, 1e6f, 1e9f, 0, 0, 1e12f, 1e12f, -1e12f);
        Assert.All(TableRows.Energies(energy, far), e => Assert.InRange(e, energies.Span.ToArray().Average(), 1e30f));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Data_that_cannot_be_fitted_are_refused(string name)
    {
        using Device device = Device.Cpu(1);
        Refused.With(() => All[name].Create(device, StateSpace.Box(Shape.Vector(3), 0, 1)), "real states without walls");
        Refused.With(() => All[name].Create(device, StateSpace.Real(Shape.Vector(3)), 100), "at most 100");
        Refused.With(() => TableRows.Fit(device, All[name], TableRows.Bent(7)), "at least 8");
        float[][] rows = [.. Enumerable.Range(0, 20).Select(i => (float[])[i, i == 13 ? float.NaN : 1, 0])];
        ArrayStates broken = new("broken", StateSpace.Real(Shape.Vector(3)), rows);
        Refused.With(() => TableRows.Fit(device, All[name], broken), "row 13", "finite");
        using FittedEnergy energy = (FittedEnergy)All[name].Create(device, broken.Space);
        Assert.Throws<OperationCanceledException>(() => energy.Fit(TableRows.Bent(20), 1, new CancellationToken(true)));
    }
}
