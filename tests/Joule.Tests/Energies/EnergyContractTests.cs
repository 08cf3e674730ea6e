using Joule.Compute;
using Joule.Energies;
using Joule.States;
using Xunit;

namespace Joule.Tests.Energies;

/// <summary>
/// Rules for every energy of the library and for each of its capabilities. Statistical checks have a fixed seed and allow five standard
/// errors, computed from the exact moments.
/// </summary>
public sealed class EnergyContractTests : IDisposable
{
    private const int Draws = 40_000;

    private readonly Device _device = Device.Cpu(2);

    public static TheoryData<string> Names => new(SampleEnergies.All.Keys);

    public static TheoryData<string> Differentiable => With<IDifferentiable>();

    public static TheoryData<string> Conditional => With<IConditionals>();

    public static TheoryData<string> Flippable => With<IDifferences>();

    public static TheoryData<string> Exact => With<IExact>();

    // Without those that are fitted and have nothing to train.
    public static TheoryData<string> Trainable => With<ITrainable>(energy => energy.Parameters.Length > 0);

    public void Dispose() => _device.Dispose();

    [Fact]
    public void Every_energy_of_the_library_and_every_capability_is_among_the_samples()
    {
        using Device device = Device.Cpu(1);
        HashSet<Type> sampled = [.. SampleEnergies.All.Values.Select(make => make(device).GetType())];
        Type[] types = typeof(Energy).Assembly.GetTypes();
        Assert.Empty(types.Where(t => !t.IsAbstract && t.IsSubclassOf(typeof(Energy))).Except(sampled));
        Type[] capabilities = [typeof(IDifferentiable), typeof(IConditionals), typeof(IDifferences), typeof(IExact), typeof(ITrainable)];
        Assert.All(capabilities, c => Assert.Contains(sampled, c.IsAssignableFrom));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Energies_are_the_same_alone_together_and_on_all_workers(string name)
    {
        Energy energy = Make(name);
        Rows states = States(energy, 37), energies = TestRows.Empty(37, 1), one = TestRows.Empty(1, 1);
        energy.Evaluate(states, energies);
        Assert.True(energies.Span.ContainsAnyExcept(energies.Span[0]), "all energies are equal");
        for (int i = 0; i < 37; i++)
        {
            energy.Evaluate(states.Slice(i, 1), one);
            Assert.True(TestRows.SameBits(energies[i], one.Span), $"state {i} alone");
        }
        float[] host = new float[37], workers = new float[39];
        energy.Evaluate(states, host);
        using EnergyEvaluation evaluation = new(_device, energy);
        evaluation.Run(states, workers, 2);
        Assert.True(TestRows.SameBits(energies.Span, host));
        Assert.Equal([0f, 0, .. host], workers);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Rows_that_do_not_fit_are_refused_with_a_message(string name)
    {
        Energy energy = Make(name);
        int width = energy.Space.Width;
        string message = Assert.Throws<InvalidInputException>(() => energy.Evaluate(TestRows.Empty(2, width + 1), new float[2])).Message;
        Assert.Contains($"{width} numbers per state", message, StringComparison.Ordinal);
        Assert.Throws<InvalidInputException>(() => energy.Evaluate(TestRows.Empty(2, width), new float[1]));
        Assert.Throws<InvalidInputException>(() => energy.Evaluate(TestRows.Empty(2, width), TestRows.Empty(1, 1)));
        Assert.Throws<InvalidInputException>(() => energy.Evaluate(TestRows.Empty(2, width), TestRows.Empty(1, 2)));
        if (energy is IDifferentiable differentiable)
        {
            Assert.Throws<InvalidInputException>(
                () => differentiable.Gradient(TestRows.Empty(2, width), TestRows.Empty(2, 1), TestRows.Empty(1, width)));
            Assert.Throws<InvalidInputException>(
                () => differentiable.Gradient(TestRows.Empty(2, width), TestRows.Empty(2, 1), TestRows.Empty(2, width + 1)));
        }
        if (energy is IDifferences flips)
            Assert.Throws<InvalidInputException>(() => flips.Differences(TestRows.Empty(2, width), TestRows.Empty(1, width)));
        if (energy is IConditionals conditionals)
            Assert.Throws<ArgumentOutOfRangeException>(
                () => conditionals.Resample(conditionals.Groups, TestRows.Empty(2, width), default, 0));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_missing_capability_is_named(string name)
    {
        Energy energy = Make(name);
        Assert.Equal(energy is IDifferentiable, Has<IDifferentiable>(energy, "gradient"));
        Assert.Equal(energy is IConditionals, Has<IConditionals>(energy, "conditional"));
        Assert.Equal(energy is IDifferences, Has<IDifferences>(energy, "differences"));
        Assert.Equal(energy is IExact, Has<IExact>(energy, "exact"));
        Assert.Equal(energy is ITrainable, Has<ITrainable>(energy, "parameters"));

        static bool Has<T>(Energy energy, string word) where T : class
        {
            try
            {
                return ReferenceEquals(energy, energy.Require<T>("The test"));
            }
            catch (InvalidInputException e)
            {
                Assert.Contains("The test", e.Message, StringComparison.Ordinal);
                Assert.Contains(word, e.Message, StringComparison.Ordinal);
                return false;
            }
        }
    }

    [Theory]
    [MemberData(nameof(Differentiable))]
    public void The_gradient_is_the_slope_of_the_energy_and_comes_with_the_same_energies(string name)
    {
        Energy energy = Make(name);
        Rows states = States(energy, 9), energies = TestRows.Empty(9, 1), again = TestRows.Empty(9, 1),
            gradient = TestRows.Empty(9, energy.Space.Width);
        energy.Evaluate(states, energies);
        ((IDifferentiable)energy).Gradient(states, again, gradient);
        Assert.True(TestRows.SameBits(energies.Span, again.Span));
        // The error of central differences of float32 energies: the rounding of E, 6·10⁻⁸·|E|, divided by the step, and the cubic term.
        const float step = 1f / 256;
        double[] slopes = new double[states.Length];
        for (int i = 0; i < states.Length; i++)
            slopes[i] = (At(states, i, step) - At(states, i, -step)) / (2 * (double)step);
        Assert.InRange(TestRows.RelativeError(gradient.Span, slopes), 0, 1e-3);

        double At(Rows all, int place, float change)
        {
            int row = place / all.Width;
            Rows moved = TestRows.Of(1, all.Width, all[row]);
            moved.Span[place % all.Width] += change;
            float[] value = new float[1];
            energy.Evaluate(moved, value);
            return value[0];
        }
    }

    [Theory]
    [MemberData(nameof(Differentiable))]
    public void A_block_is_cut_without_changing_a_bit(string name)
    {
        Energy energy = Make(name);
        Assert.InRange(energy.LeastRows, 1, energy.BlockRows);
        int rows = energy.BlockRows;
        Rows states = States(energy, rows), energies = TestRows.Empty(rows, 1), gradient = TestRows.Empty(rows, energy.Space.Width),
            cutEnergies = TestRows.Empty(rows, 1), cutGradient = TestRows.Empty(rows, energy.Space.Width);
        ((IDifferentiable)energy).Gradient(states, energies, gradient);
        for (int start = 0, part; start < rows; start += part)
        {
            part = Math.Min(energy.LeastRows, rows - start);
            ((IDifferentiable)energy).Gradient(
                states.Slice(start, part), cutEnergies.Slice(start, part), cutGradient.Slice(start, part));
        }
        Assert.True(TestRows.SameBits(energies.Span, cutEnergies.Span), "energies");
        Assert.True(TestRows.SameBits(gradient.Span, cutGradient.Span), "gradients");
    }

    [Theory]
    [MemberData(nameof(Flippable))]
    public void Differences_equal_the_change_by_a_flip(string name)
    {
        Energy energy = Make(name);
        int width = energy.Space.Width;
        Rows states = States(energy, 20), differences = TestRows.Empty(20, width);
        float[] before = new float[20], after = new float[20];
        energy.Evaluate(states, before);
        ((IDifferences)energy).Differences(states, differences);
        for (int i = 0; i < width; i++)
        {
            Rows flipped = TestRows.Of(20, width, states.Span);
            for (int r = 0; r < 20; r++)
                flipped[r][i] = Flip(energy.Space, flipped[r][i]);
            energy.Evaluate(flipped, after);
            for (int r = 0; r < 20; r++)
                Assert.Equal(after[r] - before[r], differences[r][i], 1e-5);
        }
    }

    [Theory]
    [MemberData(nameof(Conditional))]
    public void A_group_is_drawn_from_its_distribution_given_the_rest(string name)
    {
        Energy energy = Make(name);
        IConditionals conditionals = (IConditionals)energy;
        int width = energy.Space.Width;
        Rows one = States(energy, 1), differences = TestRows.Empty(1, width);
        ((IDifferences)energy).Differences(one, differences);
        bool[] drawn = new bool[width];
        foreach (float temperature in new[] { 1, 2.5f })
        {
            for (int group = 0; group < conditionals.Groups; group++)
            {
                Rows chains = TestRows.Empty(Draws, width);
                for (int r = 0; r < Draws; r++)
                    one.Span.CopyTo(chains[r]);
                conditionals.Resample(group, chains, new RandomStream(5, RandomPurpose.User, (ulong)group), 7, temperature);
                for (int i = 0; i < width; i++)
                {
                    double stay = 1 / (1 + Math.Exp(-differences.Span[i] / temperature)), same = 0;
                    for (int r = 0; r < Draws; r++)
                        same += chains[r][i] == one.Span[i] ? 1 : 0;
                    // Numbers of other groups are unchanged; a number of this group keeps its value with its conditional probability.
                    if (same == Draws)
                        continue;
                    drawn[i] = true;
                    Assert.Equal(stay, same / Draws, 5 * Math.Sqrt(stay * (1 - stay) / Draws));
                }
            }
        }
        Assert.DoesNotContain(false, drawn);
    }

    [Theory]
    [MemberData(nameof(Conditional))]
    public void Sweeps_preserve_the_distribution(string name)
    {
        Energy energy = Make(name);
        IConditionals conditionals = (IConditionals)energy;
        Rows chains = Samples(energy, (IExact)energy, Draws);
        for (int sweep = 0; sweep < 5; sweep++)
        {
            for (int group = 0; group < conditionals.Groups; group++)
                conditionals.Resample(group, chains, new RandomStream(6, RandomPurpose.User, (ulong)sweep), 0);
        }
        CheckMoments((IExact)energy, chains);
    }

    [Theory]
    [MemberData(nameof(Exact))]
    public void Exact_states_have_the_exact_moments(string name)
    {
        Energy energy = Make(name);
        CheckMoments((IExact)energy, Samples(energy, (IExact)energy, Draws));
    }

    [Theory]
    [MemberData(nameof(Exact))]
    public void Moments_and_partition_are_those_of_the_energy(string name)
    {
        // By enumeration of spins, or on a grid: the trapezoidal rule converges exponentially if the density vanishes at both ends.
        Energy energy = Make(name);
        IExact exact = (IExact)energy;
        int width = energy.Space.Width;
        bool discrete = !energy.Space.IsContinuous;
        (double From, double Step, int Count)[] axes = [.. Enumerable.Range(0, width).Select(i => Axis(exact, i, discrete, width))];
        int cells = axes.Aggregate(1, (product, axis) => product * axis.Count);
        Rows grid = TestRows.Empty(cells, width);
        for (int cell = 0; cell < cells; cell++)
        {
            for (int i = 0, rest = cell; i < width; rest /= axes[i++].Count)
                grid[cell][i] = (float)(axes[i].From + rest % axes[i].Count * axes[i].Step);
        }
        float[] energies = new float[cells];
        energy.Evaluate(grid, energies);
        double volume = discrete ? 1 : axes.Aggregate(1.0, (product, axis) => product * axis.Step);
        double z = energies.Sum(e => Math.Exp(-(double)e)) * volume;
        Assert.Equal(exact.LogPartition, Math.Log(z), 2e-5);
        for (int i = 0; i < width; i++)
        {
            for (int order = 0; order <= 4; order++)
            {
                double moment = 0;
                for (int cell = 0; cell < cells; cell++)
                    moment += Math.Pow(grid[cell][i], order) * Math.Exp(-(double)energies[cell]) * volume / z;
                Assert.Equal(moment, exact.Moment(i, order), 2e-5 * Math.Max(1, exact.Moment(i, 4)));
            }
        }
        Assert.Throws<ArgumentOutOfRangeException>(() => exact.Moment(width, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => exact.Moment(0, -1));
    }

    [Theory]
    [MemberData(nameof(Trainable))]
    public void Reverse_gives_the_slope_in_the_parameters_and_adds(string name)
    {
        Energy energy = Make(name);
        ITrainable trainable = (ITrainable)energy;
        const int rows = 7;
        Rows states = States(energy, rows);
        float[] weights = TestRows.Normal(1, rows, 8).Span.ToArray(), energies = new float[rows], passed = new float[rows];
        energy.Evaluate(states, energies);
        using ITrainingPass pass = trainable.CreatePass(rows + 2);
        Assert.Equal(rows + 2, pass.Capacity);
        trainable.Device.Download(pass.Forward(states), passed);
        Assert.True(TestRows.SameBits(energies, passed));
        pass.Reverse(weights);
        float[] once = Gradient();
        pass.Forward(states);
        pass.Reverse(weights);
        Assert.InRange(TestRows.RelativeError(Gradient(), TestRows.Doubles(once).Select(g => 2 * g).ToArray()), 0, 1e-6);

        float[] parameters = new float[trainable.Parameters.Length];
        trainable.Device.Download(trainable.Parameters, parameters);
        const float step = 1f / 256;
        double[] slopes = new double[parameters.Length];
        for (int p = 0; p < slopes.Length; p++)
            slopes[p] = (At(p, step) - At(p, -step)) / (2 * (double)step);
        Assert.InRange(TestRows.RelativeError(once, slopes), 0, 1e-3);
        Assert.Throws<ArgumentException>(() => pass.Forward(States(energy, rows + 3)));
        Assert.Throws<ArgumentException>(() => pass.Reverse(new float[rows + 1]));

        float[] Gradient()
        {
            float[] gradient = new float[trainable.Parameters.Length];
            trainable.Device.Download(pass.ParameterGradient, gradient);
            return gradient;
        }

        double At(int place, float change)
        {
            float[] changed = (float[])parameters.Clone();
            changed[place] += change;
            trainable.Device.Upload(changed, trainable.Parameters);
            trainable.Commit();
            float[] values = new float[rows];
            energy.Evaluate(states, values);
            trainable.Device.Upload(parameters, trainable.Parameters);
            trainable.Commit();
            return values.Zip(weights, (e, w) => (double)w * e).Sum();
        }
    }

    [Theory]
    [MemberData(nameof(Trainable))]
    public void Parameters_are_drawn_by_the_seed_alone(string name)
    {
        ITrainable one = (ITrainable)Make(name), other = (ITrainable)Make(name);
        one.Initialize(11);
        other.Initialize(12);
        Assert.False(TestRows.SameBits(Parameters(one), Parameters(other)));
        other.Initialize(11);
        Assert.True(TestRows.SameBits(Parameters(one), Parameters(other)));

        static float[] Parameters(ITrainable energy)
        {
            float[] parameters = new float[energy.Parameters.Length];
            energy.Device.Download(energy.Parameters, parameters);
            return parameters;
        }
    }

    private static TheoryData<string> With<T>(Predicate<T>? fits = null)
    {
        using Device device = Device.Cpu(1);
        return new(SampleEnergies.All.Where(s => s.Value(device) is T energy && fits?.Invoke(energy) != false).Select(s => s.Key));
    }

    private static Rows States(Energy energy, int count)
    {
        Rows states = TestRows.Empty(count, energy.Space.Width);
        for (int i = 0; i < count; i++)
            energy.Space.FillNoise(new RandomStream(4, RandomPurpose.User, 0), (uint)i, states[i]);
        return states;
    }

    private static Rows Samples(Energy energy, IExact exact, int count)
    {
        Rows states = TestRows.Empty(count, energy.Space.Width);
        for (int i = 0; i < count; i++)
            exact.Sample(new RandomStream(9, RandomPurpose.User, 1), (uint)i, states[i]);
        return states;
    }

    private static float Flip(StateSpace space, float value) => space.Low + space.High - value;

    // The variance of the mean of xᵏ is (E[x²ᵏ] − E[xᵏ]²) / n; means and second moments need orders up to 4.
    private static void CheckMoments(IExact exact, Rows states)
    {
        for (int i = 0; i < states.Width; i++)
        {
            for (int order = 1; order <= 2; order++)
            {
                double sum = 0, expected = exact.Moment(i, order);
                for (int r = 0; r < states.Count; r++)
                    sum += Math.Pow(states[r][i], order);
                double error = Math.Sqrt(Math.Max(0, exact.Moment(i, 2 * order) - expected * expected) / states.Count);
                Assert.Equal(expected, sum / states.Count, 5 * error + 1e-12);
            }
        }
    }

    private static (double From, double Step, int Count) Axis(IExact exact, int number, bool discrete, int width)
    {
        if (discrete)
            return (exact.Space.Low, exact.Space.High - exact.Space.Low, 2);
        double mean = exact.Moment(number, 1), deviation = Math.Sqrt(exact.Moment(number, 2) - mean * mean);
        int count = width == 1 ? 20_001 : width == 2 ? 401 : 61;
        // To where a density that falls at least as fast as a normal one is below e⁻²⁴.
        return (mean - 7 * deviation, 14 * deviation / (count - 1), count);
    }

    private Energy Make(string name) => SampleEnergies.All[name](_device);
}
