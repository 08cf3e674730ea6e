using System.Runtime.InteropServices;
using Joule.Compute;
using Joule.Energies;
using Joule.Samplers;

namespace Joule.Objectives;

/// <summary>Options of <see cref="FlowMatching"/>.</summary>
[Named("flow_matching", "the descent of a timed potential becomes the velocity that carries noise to data",
    paper: "Lipman et al. 2023, arXiv:2210.02747; Albergo, Boffi and Vanden-Eijnden 2023, arXiv:2303.08797")]
public sealed record FlowMatchingOptions : ObjectiveOptions
{
    private static readonly FigurePanel Panel = new("field", "Field", "mean squared error (units of the state²)");

    private static readonly FigureList AllFigures = new(
    [
        new Figure("loss", "", "mean squared error of the field, summed over the numbers of a state")
        {
            Role = FigureRole.Loss,
            Label = "loss",
            Curve = new FigureCurve(Panel, "training"),
            Better = Better.Lower,
            Best = "the error of the field is lowest",
        },
        new Figure("explained", "", "share of the mean squared velocity that the field explains: 1 less the error as a share of it")
        {
            Label = "explained",
            Better = Better.Higher,
            Best = "the field explains most of the velocity",
        },
    ]);

    /// <summary>How noise and data are paired.</summary>
    public CouplingOptions Coupling { get; init; } = new IndependentCouplingOptions();

    /// <inheritdoc/>
    public override Objective Create(ObjectiveContext context) => new FlowMatching(context, this);

    /// <inheritdoc/>
    public override FigureList ListFigures() => AllFigures;

    /// <summary>No chains run in training; a sample is one flow along the trained field.</summary>
    public override TrainingChains ListChains() => new(new FlowOptions(), 1)
    {
        MeanSteps = 1,
        Description = "none: the field of an interpolant is regressed",
        Meaning = "a flow from noise to data; its energies are potentials of that flow, not those of a density",
    };

    /// <summary>None: the energies are potentials of the flow.</summary>
    public override double? DensityTemperature() => null;

    /// <inheritdoc/>
    public override SampleChains ListSamples() => new(new FlowOptions(), 1);

    /// <summary>A plain network becomes a timed one with the field of the linear interpolant.</summary>
    public override EnergyOptions Suited(EnergyOptions energy) => energy is not NetworkEnergyOptions network ? energy
        : new TimedNetworkEnergyOptions
        {
            Layers = network.Layers,
            Initialization = network.Initialization,
            Field = Interpolant.Linear,
        };

    /// <inheritdoc/>
    public override void ValidateBatch(int batch, IList<string> problems) =>
        Coupling.ValidateBatch(batch, problems, "objective.coupling.");
}

/// <summary>
/// Flow matching with a potential: v(x, t) = −∇ₓE(x, t) is regressed on the velocity of an interpolant xₜ = α(t)·x₁ + σ(t)·x₀ of data x₁
/// and noise x₀, L = E‖−∇ₓE(xₜ, t) − (α′x₁ + σ′x₀)‖², so that it becomes E[α′x₁ + σ′x₀ | xₜ] (Lipman et al. 2023, arXiv:2210.02747,
/// equation 9; Albergo, Boffi and Vanden-Eijnden 2023, arXiv:2303.08797; couplings as in Tong et al. 2024, arXiv:2302.00482). The
/// interpolant is the energy's own (<see cref="TimedNetworkEnergyOptions.Field"/>). The field of independent noise and data is a gradient,
/// and so is that of optimal transport; what else a coupling brings, a potential cannot learn.
/// </summary>
/// <remarks>
/// The times of a batch are stratified: state i of n has tᵢ = (i + uᵢ)/n, with uᵢ uniform. With the variance-preserving interpolant,
/// whose velocity is unbounded at the data, they end at 0.999.
/// </remarks>
public sealed class FlowMatching : Objective
{
    private const double LastTime = 0.999;

    private readonly ObjectiveContext _context;
    private readonly ITrainable _extended;
    private readonly Interpolant _interpolant;
    private readonly Coupling _coupling;
    private readonly DeviceBuffer _data, _noise, _states, _slopes, _velocity, _errors;
    private readonly NoiseProgram _draw;
    private readonly MixProgram _mix;
    private readonly ErrorProgram _error;
    private readonly List<DeviceProgram> _programs = [];
    private readonly float[] _weights;
    private readonly double[] _sums;
    private ulong _seed;

    /// <summary>Allocates memory for data, noise and the states between them.</summary>
    /// <exception cref="InvalidInputException">The energy has no time or no field, or the options do not fit.</exception>
    public FlowMatching(ObjectiveContext context, FlowMatchingOptions options)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(options);
        (_context, _seed) = (context, context.Seed);
        if (context.Energy is not (ITimed timed and ITransport transport))
        {
            throw new InvalidInputException($"Flow matching trains a potential with a time and a field; {context.Energy.GetType().Name} on "
                + $"{context.Energy.Space} has none. Set energy.type=timed_network and energy.field=linear.");
        }
        _extended = timed.Extended.Require<ITrainable>("Flow matching");
        _interpolant = transport.Interpolant;
        _coupling = options.Coupling.Create(context.Device, context.Batch);
        int batch = context.Batch, width = context.Energy.Space.Width;
        _data = context.Device.Allocate((long)batch * width);
        _noise = context.Device.Allocate((long)batch * width);
        _velocity = context.Device.Allocate((long)batch * width);
        _states = context.Device.Allocate((long)batch * (width + 1));
        _slopes = context.Device.Allocate((long)batch * (width + 1));
        _errors = context.Device.Allocate(4L * batch);
        (_draw, _mix, _error) = (new NoiseProgram(this), new MixProgram(this), new ErrorProgram(this));
        (_weights, _sums) = (new float[batch], new double[2 * batch]);
    }

    /// <inheritdoc/>
    public override FigureList Figures { get; } = new FlowMatchingOptions().ListFigures();

    /// <inheritdoc/>
    public override int PassCapacity => _context.Batch;

    /// <inheritdoc/>
    public override bool LaunchesData => true;

    /// <inheritdoc/>
    public override ITrainingPass CreatePass(ITrainable energy) => _extended.CreatePass(PassCapacity, 1);

    /// <inheritdoc/>
    public override Rows DataRows(int count) => Rows(_data, count);

    /// <inheritdoc/>
    public override void Accumulate(in TrainingUpdate update, Rows data, Span<double> figures)
    {
        int count = data.Count;
        IDirectionalPass pass = (IDirectionalPass)update.Pass;
        Rows noise = Rows(_noise, count), states = Extended(_states, count), slopes = Extended(_slopes, count);
        _draw.Prepare(update.Number, count);
        _mix.Prepare(update.Number, count);
        _error.Prepare(count);
        _programs.Clear();
        _programs.Add(update.Data);
        _programs.Add(_draw);
        _coupling.AddPrograms(
            noise, data, TimedDraws.Of(TimedDraw.Partner, _seed, update.Number), _programs, update.Cancellation);
        _programs.Add(_mix);
        pass.ForwardGradient(states, slopes, CollectionsMarshal.AsSpan(_programs));
        pass.ReverseGradient(_weights.AsSpan(0, count), slopes, [_error], []);
        Span<double> sums = _sums.AsSpan(0, 2 * count);
        _context.Device.DownloadDoubles(_errors.AsRows(count, 4), sums);
        (double error, double all) = (0, 0);
        for (int i = 0; i < count; i++)
        {
            if (!double.IsFinite(sums[2 * i]))
                throw new DivergenceException("squared error of the field", update.Number + 1, i, sums[2 * i]);
            error += sums[2 * i] / count;
            all += sums[2 * i + 1] / count;
        }
        (figures[0], figures[1]) = (error, all > 0 ? 1 - error / all : 0);
    }

    /// <summary>Continues with other draws; nothing else applies.</summary>
    /// <inheritdoc/>
    public override void Adjust(Adjustment adjustment, ulong seed) => _seed = seed;

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        _coupling.Dispose();
        foreach (DeviceBuffer buffer in (ReadOnlySpan<DeviceBuffer>)[_data, _noise, _states, _slopes, _velocity, _errors])
            buffer.Dispose();
    }

    /// <summary>The states of the last update, each followed by its time.</summary>
    internal Rows States(int count) => Extended(_states, count);

    /// <summary>The velocities that the last update regressed on.</summary>
    internal Rows Velocities(int count) => Rows(_velocity, count);

    private Rows Rows(DeviceBuffer buffer, int count) => buffer.AsRows(_context.Batch, _context.Energy.Space.Width).Slice(0, count);

    private Rows Extended(DeviceBuffer buffer, int count) =>
        buffer.AsRows(_context.Batch, _context.Energy.Space.Width + 1).Slice(0, count);

    /// <summary>Draws x₀ of every pair.</summary>
    private sealed class NoiseProgram(FlowMatching objective) : DeviceProgram
    {
        private RandomStream _draws;
        private int _count;

        public override string Name => "noise that interpolants start from";

        public override int Count => _count;

        public override int BlockRows => 16;

        public void Prepare(long update, int count) =>
            (_draws, _count) = (TimedDraws.Of(TimedDraw.Noise, objective._seed, update), count);

        protected override void Run(int start, int count, int lane)
        {
            Rows noise = objective.Rows(objective._noise, _count);
            for (int i = start; i < start + count; i++)
                objective._context.Energy.Space.FillNoise(_draws, (uint)i, noise[i]);
        }
    }

    /// <summary>Writes xₜ with its t, and its velocity.</summary>
    private sealed class MixProgram(FlowMatching objective) : DeviceProgram
    {
        private RandomStream _draws;
        private int _count;

        public override string Name => "states between noise and data";

        public override int Count => _count;

        public override int BlockRows => 16;

        public void Prepare(long update, int count) =>
            (_draws, _count) = (TimedDraws.Of(TimedDraw.Time, objective._seed, update), count);

        protected override void Run(int start, int count, int lane)
        {
            Rows data = objective.Rows(objective._data, _count), noise = objective.Rows(objective._noise, _count),
                states = objective.Extended(objective._states, _count), velocity = objective.Rows(objective._velocity, _count);
            ReadOnlySpan<int> partners = objective._coupling.Partners.Integers;
            double last = objective._interpolant == Interpolant.VariancePreserving ? LastTime : 1;
            for (int i = start; i < start + count; i++)
            {
                float time = (float)(last * (i + _draws.OpenUniform((uint)i, 0)) / _count);
                InterpolantPoint at = objective._interpolant.At(time);
                ReadOnlySpan<float> x1 = data[i], x0 = noise[partners[i]];
                Span<float> x = states[i], u = velocity[i];
                for (int n = 0; n < x1.Length; n++)
                {
                    x[n] = (float)(at.Data * x1[n] + at.Noise * x0[n]);
                    u[n] = (float)(at.DataSlope * x1[n] + at.NoiseSlope * x0[n]);
                }
                x[x1.Length] = time;
            }
        }
    }

    /// <summary>
    /// Turns ∇ₓE into the direction 2(∇ₓE + u)/n of the loss, in place, with 0 for the time; and sums ‖∇ₓE + u‖² and ‖u‖² of each state.
    /// </summary>
    private sealed class ErrorProgram(FlowMatching objective) : DeviceProgram
    {
        private int _count;

        public override string Name => "errors of the field";

        public override int Count => _count;

        public override int BlockRows => 16;

        public void Prepare(int count) => _count = count;

        protected override void Run(int start, int count, int lane)
        {
            Rows slopes = objective.Extended(objective._slopes, _count), velocity = objective.Rows(objective._velocity, _count);
            Span<double> errors = objective._errors.AsRows(_count, 4).Doubles;
            float scale = 2f / _count;
            for (int i = start; i < start + count; i++)
            {
                Span<float> slope = slopes[i];
                ReadOnlySpan<float> u = velocity[i];
                (double error, double all) = (0, 0);
                for (int n = 0; n < u.Length; n++)
                {
                    float off = slope[n] + u[n];
                    error += (double)off * off;
                    all += (double)u[n] * u[n];
                    slope[n] = scale * off;
                }
                slope[u.Length] = 0;
                (errors[2 * i], errors[2 * i + 1]) = (error, all);
            }
        }
    }
}
