using Joule.Compute;
using Joule.States;

namespace Joule.Objectives;

/// <summary>Options of <see cref="NoiseContrastive"/>.</summary>
[Named("noise_contrastive", "tell data from noise of a known density; the energy becomes normalised, or its ln Z known",
    paper: "Gutmann and Hyvärinen 2012, JMLR 13:307")]
public sealed record NoiseContrastiveOptions : ObjectiveOptions
{
    private static readonly FigureList All = ComparingObjective.FiguresOf(
        "how badly data and noise are told apart, per state of the data", "noise",
        new Figure("log_partition", "nats", "ln Z: the density of the data is exp(−E − ln Z)")
        {
            Label = "ln Z",
            Mean = FigureMean.Last,
        });

    /// <summary>The noise.</summary>
    public NoiseOptions Noise { get; init; } = new MixtureNoiseOptions();

    /// <summary>ν: states of noise per state of the data.</summary>
    [Between(1, 1000)]
    public int NoiseRatio { get; init; } = 4;

    /// <summary>
    /// Whether ln Z is learned beside the energy, as the figure <c>log_partition</c>. False: it is 0, and the energy itself becomes
    /// −ln p, which a network with a bias can do.
    /// </summary>
    public bool LearnLogPartition { get; init; } = true;

    /// <inheritdoc/>
    public override Objective Create(ObjectiveContext context) => new NoiseContrastive(context, this);

    /// <inheritdoc/>
    public override FigureList ListFigures() => All;
}

/// <summary>
/// Noise-contrastive estimation (Gutmann and Hyvärinen, "Noise-contrastive estimation of unnormalized statistical models", JMLR 13:307,
/// 2012, equation 8): logistic regression tells n states of the data from νn of noise with density q. With G = −E − ln Z − ln q the loss
/// is −(1/n)(Σ ln h(x) + Σ ln(1 − h(y))), where h = 1/(1 + ν·e^(−G)); it is least where exp(−E)/Z is the density of the data.
/// </summary>
/// <remarks>
/// ln Z needs no learning rate. The first update solves for it, and every later one makes a damped Newton step: the loss is convex in ln Z.
/// </remarks>
public sealed class NoiseContrastive : ComparingObjective
{
    private const double LeastRate = 0.02; // of the Newton step: ln Z is averaged over about 50 updates
    private const double LargestStep = 1; // nats
    private const int MostHalvings = 80;

    private readonly NoiseContrastiveOptions _options;
    private readonly NoiseProgram _program;
    private readonly DeviceBuffer _logs;
    private readonly DeviceBuffer _partition = DeviceBuffer.OnHost(2); // ln Z, and whether it is known
    private readonly double[] _logOfNoise;
    private readonly double _logRatio;
    private double _next;

    /// <summary>Fits the noise, and allocates memory.</summary>
    /// <exception cref="InvalidInputException">There are no training states to fit the noise to.</exception>
    public NoiseContrastive(ObjectiveContext context, NoiseContrastiveOptions options) : base(context, Ratio(options))
    {
        _options = options;
        _logRatio = Math.Log(options.NoiseRatio);
        StateSet train = context.Train ?? throw new InvalidInputException(
            "Noise-contrastive estimation fits its noise to the training states; the context of the objective has none.");
        NoiseSource noise = options.Noise.Create(new NoiseContext(context.Energy.Space, train, context.Width, context.Seed));
        _logs = context.Device.Allocate(2L * PassCapacity);
        _logOfNoise = new double[PassCapacity];
        _program = new NoiseProgram(this, noise);
    }

    /// <summary>ln Z of the energy, in nats, as far as it is known; 0 if it is not learned.</summary>
    public double LogPartition => _partition.Span[0];

    /// <inheritdoc/>
    public override FigureList Figures => _options.ListFigures();

    /// <inheritdoc/>
    public override IReadOnlyList<StateMemory> State => [new("noise.log_partition", _partition.AsRows(1, 2))];

    /// <inheritdoc/>
    protected override DeviceProgram Prepare(long update, Rows states, int count) => _program.Prepare(update, states, count);

    /// <inheritdoc/>
    protected override double Weigh(long update, ReadOnlySpan<float> energies, int count, Span<float> weights, Span<double> more)
    {
        Span<double> logs = _logOfNoise.AsSpan(0, energies.Length);
        Context.Device.DownloadDoubles(_logs.AsRows(PassCapacity, 2).Slice(0, energies.Length), logs);
        double partition = _options.LearnLogPartition && _partition.Span[1] == 0 ? Solve(energies, logs, count) : LogPartition;
        double loss = 0, slope = 0, curvature = 0;
        for (int i = 0; i < energies.Length; i++)
        {
            double logit = -energies[i] - partition - logs[i] - _logRatio, h = Logistic(logit);
            loss += Softplus(i < count ? -logit : logit) / count;
            weights[i] = (float)((i < count ? Logistic(-logit) : -h) / count);
            slope += (i < count ? Logistic(-logit) : -h) / count;
            curvature += h * Logistic(-logit) / count;
        }
        double rate = Math.Max(LeastRate, 1.0 / (update + 1));
        double step = Math.Clamp(rate * slope / Math.Max(curvature, 1e-12), -LargestStep, LargestStep);
        _next = _options.LearnLogPartition ? partition - step : 0;
        more[0] = partition;
        return loss;
    }

    /// <inheritdoc/>
    protected override void Keep() => (_partition.Span[0], _partition.Span[1]) = ((float)_next, 1);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        _logs.Dispose();
        _partition.Dispose();
        base.Dispose(disposing);
    }

    private static int Ratio(NoiseContrastiveOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return options.NoiseRatio;
    }

    // The slope of the loss rises with ln Z, from −ν to 1: halving finds where it is 0.
    private double Solve(ReadOnlySpan<float> energies, ReadOnlySpan<double> logs, int count)
    {
        double low = double.PositiveInfinity, high = double.NegativeInfinity;
        for (int i = 0; i < energies.Length; i++)
        {
            double even = -energies[i] - logs[i] - _logRatio;
            if (!double.IsFinite(even))
                continue;
            (low, high) = (Math.Min(low, even), Math.Max(high, even));
        }
        (low, high) = (low - 50, high + 50);
        for (int halving = 0; halving < MostHalvings && low < high; halving++)
        {
            double middle = 0.5 * (low + high), slope = 0;
            for (int i = 0; i < energies.Length; i++)
            {
                double logit = -energies[i] - middle - logs[i] - _logRatio;
                slope += i < count ? Logistic(-logit) : -Logistic(logit);
            }
            if (slope < 0)
                low = middle;
            else
                high = middle;
        }
        return double.IsFinite(low + high) ? 0.5 * (low + high) : 0;
    }

    /// <summary>Draws noise, and evaluates the density of the noise on all states.</summary>
    private sealed class NoiseProgram : DeviceProgram
    {
        private readonly NoiseContrastive _objective;
        private readonly NoiseSource _noise;
        private readonly double[][] _scratch;
        private RandomStream _draws;
        private Rows _states;
        private int _data;

        public NoiseProgram(NoiseContrastive objective, NoiseSource noise)
        {
            (_objective, _noise) = (objective, noise);
            _scratch = [.. Enumerable.Range(0, objective.Context.Device.Lanes).Select(_ => new double[noise.Scratch])];
        }

        public override string Name => "noise and its density";

        public override int Count => _states.Count;

        public override int BlockRows => 16;

        public NoiseProgram Prepare(long update, Rows states, int data)
        {
            _draws = new RandomStream(_objective.Seed, RandomPurpose.NoiseStates, (ulong)update + 1);
            (_states, _data) = (states, data);
            return this;
        }

        protected override void Run(int start, int count, int lane)
        {
            Span<double> logs = _objective._logs.AsRows(_objective.PassCapacity, 2).Doubles;
            for (int i = start; i < start + count; i++)
            {
                if (i >= _data)
                    _noise.Draw(_draws, (uint)(i - _data), _states[i]);
                logs[i] = _noise.LogDensity(_states[i], _scratch[lane]);
            }
        }
    }
}
