using Joule.Compute;
using Joule.Energies;
using Joule.Networks;
using Joule.Objectives;
using Joule.States;
using Joule.Training;
using Xunit;

namespace Joule.Tests.Objectives;

/// <summary>
/// Objectives of energies alone: gradients against float64 finite differences of the loss, and exact answers. The loss of each is written
/// again here from its paper.
/// </summary>
public sealed class ComparingObjectiveTests
{
    private const int Hidden = 5, Count = 6;

    private static readonly Dictionary<string, StateSpace> Spaces = new()
    {
        ["real"] = StateSpace.Real(Shape.Vector(2)),
        ["box"] = StateSpace.Box(Shape.Vector(3), -1, 1),
        ["binary"] = StateSpace.Binary(Shape.Vector(6)),
        ["spins"] = StateSpace.Spins(Shape.Vector(3)),
        ["categorical"] = StateSpace.Categorical(Shape.Vector(3), 4),
    };

    private static readonly ObjectiveOptions[] Objectives =
    [
        new NoiseContrastiveOptions { NoiseRatio = 2 },
        new NoiseContrastiveOptions { Noise = new UniformNoiseOptions(), LearnLogPartition = false },
        new ConditionalNoiseContrastiveOptions(), new EnergyDiscrepancyOptions { Stabilization = 0.5 }, new MinimumProbabilityFlowOptions(),
    ];

    public static TheoryData<int, string> Cases
    {
        get
        {
            TheoryData<int, string> all = [];
            for (int i = 0; i < Objectives.Length; i++)
                foreach (string space in Spaces.Keys)
                    all.Add(i, space);
            return all;
        }
    }

    public static TheoryData<int> Numbers => [.. Enumerable.Range(0, Objectives.Length)];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Loss_and_gradient_agree_with_float64(int number, string name)
    {
        ObjectiveOptions options = Objectives[number];
        StateSpace space = Spaces[name];
        ArrayStates train = Noise(space, 40);
        using Device device = Device.Cpu(2);
        Layer[] layers = [new DenseLayer { Outputs = Hidden }, new TanhLayer(), new DenseLayer { Outputs = 1 }];
        using NetworkEnergy energy = new(new Network(device, space.Shape, layers), space);
        energy.Initialize(3);
        for (int i = 0; i < energy.Parameters.Length; i++)
            energy.Parameters.Span[i] *= 2;
        energy.Commit();
        ObjectiveContext context = new(device, energy, Count, 5) { Width = StateWidth.Of(train), Train = train };
        using Objective objective = options.Create(context);
        using SpyPass pass = new(objective.CreatePass(energy));
        double[] figures = new double[objective.Figures.Count];
        Rows data = objective.DataRows(Count);
        objective.Accumulate(new TrainingUpdate(0, pass, Writes(train, data), default), data, figures);
        double[] theta = TestRows.Doubles(energy.Parameters.Span), expected = new double[theta.Length];
        float[][] states = pass.States;
        Assert.All(states, s => Assert.Equal(-1, space.FirstOutside(s)));
        Func<float[], double> log = options is NoiseContrastiveOptions nce ? LogNoise(nce, context) : _ => double.NaN;
        double partition = objective is NoiseContrastive contrast ? contrast.Figures.IndexOf("log_partition") is var at && at >= 0
            ? figures[at] : 0 : 0;
        double Loss() => LossOf(options, space, [.. states.Select(s => Network(theta, s))], [.. states.Select(log)], partition);
        Assert.Equal(Loss(), figures[0], 1e-4);
        for (int i = 0; i < theta.Length; i++)
        {
            double kept = theta[i];
            theta[i] = kept + 1e-5;
            double up = Loss();
            theta[i] = kept - 1e-5;
            expected[i] = (up - Loss()) / 2e-5;
            theta[i] = kept;
        }
        Assert.InRange(TestRows.RelativeError(pass.ParameterGradient.Span, expected), 0, 1e-3);
        if (partition != 0)
        {
            // The first update solves for ln Z: the loss has no slope there.
            double own = partition;
            double slope = (LossOf(options, space, [.. states.Select(s => Network(theta, s))], [.. states.Select(log)], own + 1e-4)
                - LossOf(options, space, [.. states.Select(s => Network(theta, s))], [.. states.Select(log)], own - 1e-4)) / 2e-4;
            Assert.Equal(0, slope, 1e-5);
        }
    }

    [Theory]
    [MemberData(nameof(Numbers))]
    public void A_table_of_bits_is_learned(int number)
    {
        // All data in every update, so that the model should have their frequencies.
        int[] counts = [2, 5, 11, 7, 3, 9, 14, 13];
        foreach (StateSpace space in (StateSpace[])[StateSpace.Binary(Shape.Vector(3)), StateSpace.Spins(Shape.Vector(3))])
        {
            float[][] rows = [.. counts.SelectMany((c, x) => Enumerable.Repeat((float[])[.. Enumerable.Range(0, 3).Select(j =>
                (x >> j & 1) == 1 ? 1 : space.Low)], c))];
            ObjectiveOptions options = Objectives[number] switch
            {
                // Exact as the number of copies grows and w falls: equation 9 estimates a logarithm.
                EnergyDiscrepancyOptions o => o with { Copies = 200, Stabilization = 0.01, Noise = 0.8, LeastNoise = 0.4 },
                NoiseContrastiveOptions o => o with { NoiseRatio = 20 },
                PerturbingOptions o => o with { Copies = 20, LeastNoise = 0.3 },
                _ => throw new InvalidOperationException(),
            };
            using Device device = Device.Cpu(1);
            using Trainer trainer = Train(device, new ArrayStates("bits", space, rows), () => new TableEnergy(device, space), options, 800);
            double[] energies = TestRows.Doubles(trainer.Parameters.Span);
            double logZ = Math.Log(energies.Sum(e => Math.Exp(-e)));
            for (int x = 0; x < counts.Length; x++)
                Assert.Equal(Math.Log(counts[x] / 64.0), -energies[x] - logZ, 0.05);
        }
    }

    [Theory]
    [MemberData(nameof(Numbers))]
    public void A_Gaussian_recovers_its_moments(int number)
    {
        // 2,000 states: a mean is within 4.5 standard errors of its estimate, and ln of a variance as well; noise and copies add to them.
        const int n = 2000;
        float[][] rows = new float[n][];
        RandomStream draws = new(2, RandomPurpose.User, 3);
        for (uint i = 0; i < n; i++)
        {
            rows[i] = new float[2];
            draws.FillNormal(rows[i], i);
            (rows[i][0], rows[i][1]) = (0.3f + 0.7f * rows[i][0], -0.2f + 1.4f * rows[i][1]);
        }
        ArrayStates data = new("made up", StateSpace.Real(Shape.Vector(2)), rows);
        ObjectiveOptions options = Objectives[number] is EnergyDiscrepancyOptions o ? o with { Copies = 32, Stabilization = 0.1 }
            : Objectives[number] is NoiseContrastiveOptions c ? c with { LearnLogPartition = true, Noise = new GaussianNoiseOptions() }
            : Objectives[number];
        using Device device = Device.Cpu(1);
        using Trainer trainer = Train(device, data, () => new LearnedGaussian(device, 2), options, 500);
        double[] means = [0.3, -0.2], deviations = [0.7, 1.4];
        for (int j = 0; j < 2; j++)
        {
            Assert.Equal(means[j], trainer.Parameters.Span[j], 6 * deviations[j] / Math.Sqrt(n) + 0.02);
            Assert.Equal(-2 * Math.Log(deviations[j]), trainer.Parameters.Span[2 + j], 6 * Math.Sqrt(2.0 / n) + 0.05);
        }
        if (trainer.Objective is NoiseContrastive contrast)
            Assert.Equal(((IExact)trainer.Energy).LogPartition, contrast.LogPartition, 0.06);
    }

    [Theory]
    [MemberData(nameof(Numbers))]
    public void The_host_never_looks_into_the_memory_of_a_device(int number)
    {
        StateSpace space = Spaces["box"];
        ArrayStates data = Noise(space, 40);
        using FakeDevice device = new();
        using Trainer trainer = new(new TrainerSetup(device,
            () => new NetworkEnergy(new Network(device, space.Shape, [new DenseLayer { Outputs = 1 }]), space), data, data,
            Objectives[number], new TrainingOptions { Batch = 16, DataNoise = 0.01f }, 1));
        for (int i = 0; i < 4; i++)
        {
            int before = device.Launches;
            trainer.Step(TestContext.Current.CancellationToken);
            Assert.InRange(device.Launches - before, 1, 3);
        }
    }

    [Fact]
    public void Energies_that_are_not_finite_are_divergences_that_name_the_state()
    {
        StateSpace space = StateSpace.Binary(Shape.Vector(2));
        ArrayStates data = new("bits", space, [[0, 1], [1, 1], [0, 0]]);
        using Device device = Device.Cpu(1);
        using TableEnergy energy = new(device, space);
        using Objective objective = new ConditionalNoiseContrastiveOptions().Create(new ObjectiveContext(device, energy, 3, 1));
        using ITrainingPass pass = objective.CreatePass(energy);
        energy.Parameters.Span[3] = float.PositiveInfinity;
        Rows rows = objective.DataRows(3);
        string message = Assert.Throws<DivergenceException>(() => objective.Accumulate(
            new TrainingUpdate(7, pass, Writes(data, rows), default), rows, new double[3])).Message;
        Assert.All(["energy of the data", "step 8"], part => Assert.Contains(part, message, StringComparison.Ordinal));
    }

    private static Trainer Train(Device device, StateSet data, Func<Energy> energy, ObjectiveOptions options, int updates)
    {
        int batch = Math.Min(data.Count, 500);
        Trainer trainer = new(new TrainerSetup(device, energy, data, data, options, new TrainingOptions
        {
            Batch = batch,
            Epochs = updates * batch / data.Count,
            Optimizer = new AdamOptions { LearningRate = 0.05f },
            Schedule = new CosineSchedule(),
        }, 1));
        while (trainer.Update < trainer.PlannedUpdates)
            trainer.Step(TestContext.Current.CancellationToken);
        return trainer;
    }

    private static TestProgram Writes(ArrayStates set, Rows rows) => new(1, (_, _) =>
    {
        for (int i = 0; i < rows.Count; i++)
            set.Read(i, rows[i]);
    });

    private static ArrayStates Noise(StateSpace space, int count)
    {
        float[][] rows = [.. Enumerable.Range(0, count).Select(_ => new float[space.Width])];
        for (int i = 0; i < count; i++)
            space.FillNoise(new RandomStream(9, RandomPurpose.User, 2), (uint)i, rows[i]);
        return new ArrayStates("made up", space, rows);
    }

    private static Func<float[], double> LogNoise(NoiseContrastiveOptions options, ObjectiveContext context)
    {
        NoiseSource noise = options.Noise.Create(new NoiseContext(context.Energy.Space, context.Train!, context.Width, context.Seed));
        return state => noise.LogDensity(state, new double[noise.Scratch]);
    }

    // Weights and biases lie layer after layer.
    private static double Network(double[] theta, float[] state)
    {
        int inputs = state.Length;
        double sum = theta[^1];
        for (int k = 0; k < Hidden; k++)
        {
            double x = theta[Hidden * inputs + k];
            for (int j = 0; j < inputs; j++)
                x += theta[k * inputs + j] * state[j];
            sum += theta[Hidden * (inputs + 1) + k] * Math.Tanh(x);
        }
        return sum;
    }

    private static double LossOf(ObjectiveOptions options, StateSpace space, double[] e, double[] log, double partition)
    {
        int others = e.Length / Count - 1;
        double loss = 0;
        for (int i = 0; i < Count; i++)
        {
            double[] copies = e[(Count + i * others)..(Count + (i + 1) * others)];
            loss += options switch
            {
                NoiseContrastiveOptions => -Math.Log(Posterior(i))
                    - Enumerable.Range(Count + i * others, others).Sum(j => Math.Log(1 - Posterior(j))),
                ConditionalNoiseContrastiveOptions => 2 * copies.Average(c => Math.Log(1 + Math.Exp(e[i] - c))),
                EnergyDiscrepancyOptions o => Math.Log(o.Stabilization / others + copies.Average(c => Math.Exp(e[i] - c))),
                _ => (space.IsContinuous ? 1 : space.Width) * copies.Average(c => Math.Exp((e[i] - c) / 2)),
            } / Count;
        }
        return loss;

        double Posterior(int i) => 1 / (1 + others * Math.Exp(log[i] + e[i] + partition));
    }

    /// <summary>A pass that keeps a copy of the states.</summary>
    private sealed class SpyPass(ITrainingPass pass) : ITrainingPass
    {
        public float[][] States { get; private set; } = [];

        public int Capacity => pass.Capacity;

        public CancellationToken Cancellation { get; set; }

        public Rows ParameterGradient => pass.ParameterGradient;

        public Rows Forward(Rows states, params ReadOnlySpan<DeviceProgram> before)
        {
            Rows energies = pass.Forward(states, before);
            States = [.. Enumerable.Range(0, states.Count).Select(i => states[i].ToArray())];
            return energies;
        }

        public void Reverse(ReadOnlySpan<float> weights, params ReadOnlySpan<DeviceProgram> beside) => pass.Reverse(weights, beside);

        public void Dispose() => pass.Dispose();
    }
}
