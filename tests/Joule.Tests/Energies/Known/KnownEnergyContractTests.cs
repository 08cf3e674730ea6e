using Joule.Compute;
using Joule.Energies;
using Joule.States;
using Xunit;

namespace Joule.Tests.Energies;

/// <summary>What holds for every energy with known answers, and for every energy with a formula in float64.</summary>
public sealed class KnownEnergyContractTests
{
    private const int Draws = 40_000;

    // Their squares have no variance that 40,000 draws could show; tests of their own look at them.
    private static readonly HashSet<string> Heavy = ["funnel", "rosenbrock"];

    public static TheoryData<string> Known => new(Of<IKnown>());

    public static TheoryData<string> Samplable => new(Of<ISamplable>().Where(name => Make(name).Space.IsContinuous));

    public static TheoryData<string> Formulas => new(Of<FormulaEnergy>());

    public static TheoryData<string> Allocating =>
        new(SampleEnergies.All.Keys.Where(name => Make(name) is FormulaEnergy or MixtureEnergy or TemperedEnergy or ClampedEnergy));

    public static TheoryData<string> Named =>
        new(Catalogue.Of(typeof(KnownEnergyOptions)).Where(t => t.Type.Assembly == typeof(Energy).Assembly).Select(t => t.Named.Name));

    [Theory]
    [MemberData(nameof(Known))]
    public void Known_answers_agree_with_each_other(string name)
    {
        Energy energy = Make(name);
        IKnown known = (IKnown)energy;
        int width = energy.Space.Width;
        Assert.Same(energy.Space, known.Space);
        Assert.Equal(width, Enumerable.Range(0, width).Select(known.ParameterName).Distinct().Count());
        for (int i = 0; i < width; i++)
        {
            Assert.Equal(known.Covariance(i, i) is { } variance ? Math.Sqrt(variance) : null, known.Deviation(i));
            for (int j = 0; j < width; j++)
            {
                Assert.Equal(known.Covariance(i, j), known.Covariance(j, i));
                if (known.Covariance(i, j) is { } both && i != j)
                    Assert.InRange(both / (known.Deviation(i)!.Value * known.Deviation(j)!.Value), -1, 1);
            }
        }
        foreach (int bad in new[] { -1, width })
        {
            Assert.Throws<ArgumentOutOfRangeException>(() => known.Mean(bad));
            Assert.Throws<ArgumentOutOfRangeException>(() => known.Covariance(bad, 0));
            Assert.Throws<ArgumentOutOfRangeException>(() => known.Covariance(0, bad));
            Assert.Throws<ArgumentOutOfRangeException>(() => known.ParameterName(bad));
        }
    }

    [Theory]
    [MemberData(nameof(Samplable))]
    public void Exact_states_have_the_known_means_and_covariances(string name)
    {
        // Five standard errors, which the states themselves give.
        Energy energy = Make(name);
        if (energy is not IKnown known)
            return;
        int width = energy.Space.Width;
        Rows states = TestRows.Empty(Draws, width);
        for (int r = 0; r < Draws; r++)
            ((ISamplable)energy).Sample(new RandomStream(21, RandomPurpose.User, 3), (uint)r, states[r]);
        Assert.Equal(-1, energy.Space.FirstOutside(states[0]));
        for (int i = 0; i < width; i++)
        {
            if (known.Mean(i) is not { } mean)
                continue;
            Check(mean, r => states[r][i]);
            for (int j = 0; j <= i && !Heavy.Contains(name); j++)
            {
                if (known.Covariance(i, j) is { } covariance && known.Mean(j) is { } other)
                    Check(covariance, r => (states[r][i] - mean) * (states[r][j] - other));
            }
        }

        static void Check(double expected, Func<int, double> value)
        {
            double[] values = [.. Enumerable.Range(0, Draws).Select(value)];
            double mean = values.Average(), variance = values.Average(v => (v - mean) * (v - mean));
            Assert.Equal(expected, mean, 5 * Math.Sqrt(variance / Draws));
        }
    }

    [Theory]
    [MemberData(nameof(Formulas))]
    public void The_gradient_is_the_slope_in_float64(string name)
    {
        FormulaEnergy energy = (FormulaEnergy)Make(name);
        int width = energy.Space.Width;
        double[] gradient = new double[width];
        for (uint trial = 0; trial < 20; trial++)
        {
            float[] start = new float[width];
            energy.Space.FillNoise(new RandomStream(8, RandomPurpose.User, 0), trial, start);
            double[] x = TestRows.Doubles(start);
            double value = energy.Value(x, gradient);
            Assert.Equal(value, energy.Value(x, []));
            double size = 1e-9 + gradient.Max(Math.Abs);
            for (int i = 0; i < width; i++)
            {
                // A central difference of order four: its error is h⁴·E⁽⁵⁾/30, and rounding adds 10⁻¹⁶·E/h.
                double h = 2e-4, place = x[i];
                double slope = (8 * (At(place + h) - At(place - h)) - (At(place + 2 * h) - At(place - 2 * h))) / (12 * h);
                x[i] = place;
                Assert.Equal(slope, gradient[i], 1e-7 * size + 1e-11 * Math.Abs(value));

                double At(double moved)
                {
                    x[i] = moved;
                    return energy.Value(x, []);
                }
            }
        }
    }

    [Fact]
    public void States_that_are_too_wide_for_the_stack_have_the_same_answers()
    {
        Check(new GaussianOptions { Dimensions = 150, Condition = 10, Rotated = true });
        Check(new FunnelOptions { Dimensions = 200, Deviation = 0.5 });
        Check(new RingsOptions());

        // The width, and the number of components of the rings, are beyond what is kept on the stack.
        static void Check(KnownEnergyOptions options)
        {
            FormulaEnergy energy = (FormulaEnergy)options.Create();
            int width = energy.Space.Width;
            Rows states = TestRows.Normal(1, width, 4), energies = TestRows.Empty(1, 1), gradient = TestRows.Empty(1, width);
            double[] x = TestRows.Doubles(states.Span), slopes = new double[width];
            double value = energy.Value(x, []);
            energy.Gradient(states, energies, gradient);
            Assert.Equal((float)value, energies.Span[0]);
            for (int i = 0; i < width; i++)
            {
                double place = x[i];
                x[i] = place + 1e-5;
                double up = energy.Value(x, []);
                x[i] = place - 1e-5;
                slopes[i] = (up - energy.Value(x, [])) / 2e-5;
                x[i] = place;
            }
            // A central difference: its rounding is 10⁻¹⁶·E/h, and its cubic term h².
            Assert.InRange(TestRows.RelativeError(gradient.Span, slopes), 0, 1e-6);
        }
    }

    [Theory]
    [MemberData(nameof(Allocating))]
    public void After_the_first_time_nothing_is_allocated(string name)
    {
        Energy energy = Make(name);
        int width = energy.Space.Width;
        Rows states = TestRows.Empty(40, width), energies = TestRows.Empty(40, 1), gradient = TestRows.Empty(40, width);
        Call();
        long before = GC.GetAllocatedBytesForCurrentThread();
        Call();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void Call()
        {
            energy.Evaluate(states, energies);
            ((IDifferentiable)energy).Gradient(states, energies, gradient);
            (energy as ISamplable)?.Sample(new RandomStream(3, RandomPurpose.User, 0), 0, states[0]);
        }
    }

    [Theory]
    [MemberData(nameof(Named))]
    public void Named_energies_are_made_from_their_defaults_and_refuse_other_states(string name)
    {
        using Device device = Device.Cpu(1);
        KnownEnergyOptions options = (KnownEnergyOptions)Activator.CreateInstance(Catalogue.Find(typeof(EnergyOptions), name)!)!;
        StateSpace space = options.OwnSpace()!;
        Energy energy = options.Create(device, space);
        Assert.Equal(space, energy.Space);
        Assert.IsType<IDifferentiable>(energy, exactMatch: false);
        Assert.IsType<IKnown>(energy, exactMatch: false);
        string message = Assert.Throws<InvalidInputException>(() => options.Create(device, StateSpace.Spins(Shape.Vector(777)))).Message;
        Assert.Contains($"\"{name}\"", message, StringComparison.Ordinal);
        Assert.Contains("777, spins", message, StringComparison.Ordinal);
        // A record equals what is read back from its JSON, in the text of both.
        EnergyOptions again = OptionsJson.Read<EnergyOptions>(OptionsJson.Write(options), "it");
        Assert.Equal(OptionsJson.Write(options).ToJsonString(), OptionsJson.Write(again).ToJsonString());
        Assert.Equal(space, again.OwnSpace());
    }

    private static IEnumerable<string> Of<T>() => SampleEnergies.All.Keys.Where(name => Make(name) is T);

    private static Energy Make(string name)
    {
        using Device device = Device.Cpu(1);
        return SampleEnergies.All[name](device);
    }
}
