using Joule.Compute;
using Joule.Energies;
using Joule.Objectives;
using Joule.States;

namespace Joule.Tests.Objectives;

/// <summary>Options of <see cref="ExactLikelihood"/>.</summary>
internal sealed record ExactLikelihoodOptions : ObjectiveOptions
{
    private static readonly FigureList All = new(
    [
        new Figure("loss", "nats", "negative log-likelihood of the data")
        {
            Role = FigureRole.Loss,
            Better = Better.Lower,
            Best = "the data are likeliest",
        },
    ]);

    public override Objective Create(ObjectiveContext context) => new ExactLikelihood(context);

    public override FigureList ListFigures() => All;
}

/// <summary>
/// Maximum likelihood by known moments: the gradient of E[E(data)] + ln Z is the mean of ∇θE over the data minus its mean over the model.
/// If ∇θE is quadratic in each number separately, as for a Gaussian, the latter equals its mean over two states: all means plus, and minus,
/// all standard deviations.
/// </summary>
internal sealed class ExactLikelihood : Objective
{
    private readonly ObjectiveContext _context;
    private readonly IExact _exact;
    private readonly DeviceBuffer _batch;
    private readonly float[] _weights;

    public ExactLikelihood(ObjectiveContext context)
    {
        _context = context;
        _exact = context.Energy.Require<IExact>("Maximum likelihood");
        _batch = context.Device.Allocate((long)PassCapacity * context.Energy.Space.Width);
        _weights = new float[PassCapacity];
    }

    public override FigureList Figures => new ExactLikelihoodOptions().ListFigures();

    public override int PassCapacity => _context.Batch + 2;

    public override Rows DataRows(int count) => _batch.AsRows(PassCapacity, _context.Energy.Space.Width).Slice(0, count);

    public override void Accumulate(in TrainingUpdate update, Rows data, Span<double> figures)
    {
        int count = data.Count;
        Rows all = _batch.AsRows(PassCapacity, _context.Energy.Space.Width).Slice(0, count + 2);
        for (int i = 0; i < all.Width; i++)
        {
            double mean = _exact.Moment(i, 1), deviation = Math.Sqrt(_exact.Moment(i, 2) - mean * mean);
            (all[count][i], all[count + 1][i]) = ((float)(mean + deviation), (float)(mean - deviation));
        }
        ReadOnlySpan<float> energies = update.Pass.Forward(all).Span;
        double energy = 0;
        for (int i = 0; i < count; i++)
        {
            energy += energies[i] / (double)count;
            _weights[i] = 1f / count;
        }
        _weights[count] = _weights[count + 1] = -0.5f;
        update.Pass.Reverse(_weights.AsSpan(0, count + 2));
        figures[0] = energy + _exact.LogPartition;
    }

    public override void Adjust(Adjustment adjustment, ulong seed) { }

    protected override void Dispose(bool disposing) => _batch.Dispose();
}

/// <summary>E(x) = Σ eˢ(x − μ)²/2 with parameters μ and s for every number: a Gaussian with standard deviation e^(−s/2).</summary>
internal sealed class LearnedGaussian : Energy, ITrainable, IExact, IDisposable
{
    private readonly DeviceBuffer _parameters;

    public LearnedGaussian(Device device, int width)
    {
        Device = device;
        Space = StateSpace.Real(Shape.Vector(width));
        _parameters = device.Allocate(2L * width);
    }

    public override StateSpace Space { get; }

    public Device Device { get; }

    public Rows Parameters => _parameters.AsRows(1, _parameters.Length);

    public double LogPartition => Enumerable.Range(0, Space.Width).Sum(i => 0.5 * Math.Log(2 * Math.PI) - 0.5 * Precision(i));

    public void Initialize(ulong seed) => _parameters.Span.Clear();

    public void Commit() { }

    public DeviceProgram CommitProgram { get; } = new TestProgram(0, (_, _) => { });

    public ITrainingPass CreatePass(int capacity) => new Pass(this, capacity);

    public double Moment(int number, int order) => order switch
    {
        1 => Parameters.Span[number],
        2 => (double)Parameters.Span[number] * Parameters.Span[number] + Math.Exp(-Precision(number)),
        _ => throw new ArgumentOutOfRangeException(nameof(order)),
    };

    public void Sample(in RandomStream draws, uint chain, Span<float> state) => throw new NotSupportedException();

    public override void Evaluate(Rows states, Rows energies)
    {
        Check(states, energies);
        for (int i = 0; i < states.Count; i++)
        {
            double sum = 0;
            for (int j = 0; j < states.Width; j++)
                sum += 0.5 * Math.Exp(Precision(j)) * Math.Pow(states[i][j] - Parameters.Span[j], 2);
            energies.Span[i] = (float)sum;
        }
    }

    public void Dispose() => _parameters.Dispose();

    private double Precision(int number) => Parameters.Span[Space.Width + number];

    private sealed class Pass(LearnedGaussian energy, int capacity) : ITrainingPass
    {
        private readonly DeviceBuffer _gradient = energy.Device.Allocate(2L * energy.Space.Width),
            _energies = energy.Device.Allocate(capacity);
        private Rows _states;

        public int Capacity => capacity;

        public CancellationToken Cancellation { get; set; }

        public Rows ParameterGradient => _gradient.AsRows(1, _gradient.Length);

        public Rows Forward(Rows states, params ReadOnlySpan<DeviceProgram> before)
        {
            energy.Device.Launch(before);
            Cancellation.ThrowIfCancellationRequested();
            _states = states;
            Rows energies = _energies.AsRows(capacity, 1).Slice(0, states.Count);
            energy.Evaluate(states, energies);
            return energies;
        }

        public void Reverse(ReadOnlySpan<float> weights, params ReadOnlySpan<DeviceProgram> beside)
        {
            Span<float> gradient = _gradient.Span;
            int width = energy.Space.Width;
            for (int i = 0; i < weights.Length; i++)
                for (int j = 0; j < width; j++)
                {
                    double off = _states[i][j] - energy.Parameters.Span[j], precision = Math.Exp(energy.Precision(j));
                    gradient[j] -= (float)(weights[i] * precision * off);
                    gradient[width + j] += (float)(weights[i] * 0.5 * precision * off * off);
                }
            energy.Device.Launch(beside);
        }

        public void Dispose()
        {
            _gradient.Dispose();
            _energies.Dispose();
        }
    }
}
