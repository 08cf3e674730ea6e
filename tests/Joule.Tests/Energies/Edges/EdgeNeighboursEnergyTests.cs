using Joule.Compute;
using Joule.Energies;
using Joule.States;
using Joule.Tests.Data;
using Xunit;

namespace Joule.Tests.Energies;

public sealed class EdgeNeighboursEnergyTests
{
    private const int Side = 10;

    private static readonly StateSpace Space = StateSpace.Box(new Shape(1, Side, Side), 0, 1);

    private static readonly EdgeNeighboursOptions Options = new()
    {
        Rows = 128,
        Components = 12,
        Cell = 3,
        Blur = 1.5,
        Directions = 8,
        Sharpness = 8,
    };

    [Fact]
    public void Energies_are_those_of_all_pairs()
    {
        using Device device = Device.Cpu(2);
        ArrayStates images = Bars(90);
        using EdgeNeighboursEnergy energy = Fit(device, images);
        // Numbers: count and D; the mean and twelve axes of 8·4·4 histograms; widths; points.
        float[] fitted = device.Download(energy.Fitted);
        const int features = 8 * 4 * 4, length = 13;
        int widthsAt = 2 + 13 * features, pointsAt = widthsAt + Options.Rows;
        Assert.Equal(90, fitted[0]);
        double[][] points = [.. Enumerable.Range(0, 90).Select(i => Doubles(fitted.AsSpan(pointsAt + i * length, length)))];
        double[] radii = [.. points.Select((p, i) => points.Where((_, k) => k != i).Select(q => Distance(p, q)).Order().Take(5).Average())];
        double typical = Math.Exp(radii.Average(r => Math.Log(r + 1e-9)));
        double[] widths = [.. radii.Select(r => typical * Math.Sqrt(Math.Max(r / typical, 0.05)))];
        Assert.InRange(TestRows.RelativeError(fitted.AsSpan(widthsAt, 90), widths), 0, 1e-6);
        double inverse = points.Average((p) =>
        {
            double[] near = [.. points.Where(q => q != p).Select(q => Distance(p, q)).Order().Take(5)];
            return near.Take(4).Average(d => Math.Log(near[4] / d));
        });
        Assert.Equal(1 / inverse, energy.Dimensions, 1e-4);
        EdgeHistogram histogram = new(Space, Options);
        PrincipalAxes axes = new(fitted.AsMemory(2, 13 * features), features, 12);
        Rows states = Noise(20);
        float[] energies = TableRows.Energies(energy, states);
        for (int i = 0; i < states.Count; i++)
        {
            float[] f = new float[features], centred = new float[features], point = new float[length];
            histogram.Forward(states[i], f, histogram.CreateScratch());
            axes.Forward(f, centred, point);
            double mean = points.Select((q, k) => Distance(Doubles(point), q) / widths[k]).Order().Take(5).Average();
            Assert.Equal(energy.Dimensions * Math.Log(0.001 + mean), energies[i], 1e-3);
        }
    }

    [Fact]
    public void A_fit_is_the_same_on_any_device_follows_the_seed_and_is_all_that_is_saved()
    {
        ArrayStates images = Bars(150);
        using Device one = Device.Cpu(1), three = Device.Cpu(3), hidden = new FakeDevice();
        using EdgeNeighboursEnergy first = Fit(one, images), second = Fit(three, images), third = Fit(hidden, images),
            other = Fit(one, images, 6), copy = (EdgeNeighboursEnergy)Options.Create(one, Space);
        float[] fitted = one.Download(first.Fitted);
        Assert.All(fitted, value => Assert.True(float.IsFinite(value)));
        Assert.Equal(fitted, three.Download(second.Fitted));
        Assert.Equal(fitted, hidden.Download(third.Fitted));
        Assert.NotEqual(fitted, one.Download(other.Fitted));
        Rows states = Noise(40);
        Assert.NotEqual(TableRows.Energies(first, states), TableRows.Energies(copy, states));
        one.Upload(fitted, copy.Saved);
        copy.Commit();
        Assert.Equal(TableRows.Energies(first, states), TableRows.Energies(copy, states));
    }

    [Fact]
    public void The_gradient_is_the_slope_away_from_kinks()
    {
        using Device device = Device.Cpu(1);
        using EdgeNeighboursEnergy energy = Fit(device, Bars(90));
        Rows states = Noise(6), energies = TestRows.Empty(6, 1), gradient = TestRows.Empty(6, Space.Width);
        energy.Gradient(states, energies, gradient);
        Assert.Equal(TableRows.Energies(energy, states), energies.Span.ToArray());
        int smooth = 0;
        for (int i = 0; i < states.Length; i++)
        {
            // Where wide and narrow differences agree, no kink lies between.
            double wide = Slope(i, 4e-3f), narrow = Slope(i, 2e-3f);
            if (Math.Abs(wide - narrow) > 0.02 * (0.1 + Math.Abs(narrow)))
                continue;
            smooth++;
            Assert.Equal(narrow, gradient.Span[i], 0.05 * (0.1 + Math.Abs(narrow)));
        }
        Assert.InRange(smooth, states.Length / 4, states.Length);

        double Slope(int place, float step)
        {
            Rows both = TestRows.Empty(2, Space.Width);
            states[place / Space.Width].CopyTo(both[0]);
            states[place / Space.Width].CopyTo(both[1]);
            both[0][place % Space.Width] += step;
            both[1][place % Space.Width] -= step;
            float[] values = TableRows.Energies(energy, both);
            return ((double)values[0] - values[1]) / (2 * step);
        }
    }

    [Fact]
    public void What_is_unlike_bars_lies_above_all_bars()
    {
        using Device device = Device.Cpu(2);
        using EdgeNeighboursEnergy energy = Fit(device, Bars(120));
        ArrayStates others = Bars(60, 2);
        Rows bars = TestRows.Empty(60, Space.Width), even = TestRows.Empty(6, Space.Width);
        for (int i = 0; i < 60; i++)
            others.Read(i, bars[i]);
        for (int i = 0; i < 6; i++)
            even[i].Fill(i / 5f);
        float highest = TableRows.Energies(energy, bars).Max();
        Assert.All(TableRows.Energies(energy, even), e => Assert.InRange(e, highest, 1000));
        Assert.All(TableRows.Energies(energy, Noise(20)), e => Assert.InRange(e, highest, 1000));
    }

    [Fact]
    public void An_evaluation_allocates_nothing()
    {
        using Device device = Device.Cpu(1);
        using EdgeNeighboursEnergy energy = Fit(device, Bars(90));
        Rows states = Noise(40), energies = TestRows.Empty(40, 1), gradient = TestRows.Empty(40, Space.Width);
        energy.Gradient(states, energies, gradient);
        long before = GC.GetAllocatedBytesForCurrentThread();
        energy.Evaluate(states, energies);
        energy.Gradient(states, energies, gradient);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void States_that_are_no_images_are_refused()
    {
        using Device device = Device.Cpu(1);
        Refused.With(() => Options.Create(device, StateSpace.Real(Shape.Vector(5))), "needs images", "Use neighbours");
        Refused.With(() => Options.Create(device, StateSpace.Binary(new Shape(1, 4, 4))), "needs images", "binary");
        Refused.With(() => Options.Create(device, StateSpace.Box(new Shape(3, 64, 64), 0, 1)), "11,616 numbers", "cell is 3");
        Refused.With(() => Options.Create(device, Space, 100), "at most 100");
        Refused.With(() => Fit(device, Bars(7)), "at least 8");
    }

    private static EdgeNeighboursEnergy Fit(Device device, StateSet images, ulong seed = 5)
    {
        EdgeNeighboursEnergy energy = (EdgeNeighboursEnergy)Options.Create(device, Space);
        energy.Fit(images, seed, TestContext.Current.CancellationToken);
        return energy;
    }

    // Upright bars at all places, of several lengths, widths and brightnesses.
    private static ArrayStates Bars(int count, ulong seed = 1)
    {
        float[][] images = new float[count][];
        for (int i = 0; i < count; i++)
        {
            float[] draws = new float[4];
            new RandomStream(seed, RandomPurpose.User, 0).FillUniform(draws, (uint)i, 0, 1);
            float centre = 2 + 5 * draws[0], thickness = 1 + draws[1], top = 1 + 2 * draws[2], level = 0.5f + draws[3] / 2;
            images[i] = [.. Enumerable.Range(0, Space.Width).Select(p => p / Side < top || p / Side > Side - top ? 0
                : level * Math.Clamp(thickness - MathF.Abs(p % Side - centre), 0, 1))];
        }
        return new ArrayStates("bars", Space, images);
    }

    private static Rows Noise(int count)
    {
        Rows states = TestRows.Empty(count, Space.Width);
        for (int i = 0; i < count; i++)
            Space.FillNoise(new RandomStream(3, RandomPurpose.User, 0), (uint)i, states[i]);
        return states;
    }

    private static double[] Doubles(ReadOnlySpan<float> values) => TestRows.Doubles(values);

    private static double Distance(double[] x, double[] y) => Math.Sqrt(x.Zip(y, (a, b) => (a - b) * (a - b)).Sum());
}
