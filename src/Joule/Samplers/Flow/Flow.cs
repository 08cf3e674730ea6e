using System.Globalization;
using System.Numerics.Tensors;
using Joule.Compute;
using Joule.Energies;
using Joule.States;

namespace Joule.Samplers;

/// <summary>How <see cref="Flow"/> follows its field.</summary>
public enum FlowSolver
{
    /// <summary>Steps along the field, of order 1.</summary>
    Euler,

    /// <summary>The mean of the fields at both ends of an Euler step, of order 2.</summary>
    Heun,

    /// <summary>The classical method of Runge and Kutta, of order 4.</summary>
    Rk4,

    /// <summary>The method of Dormand and Prince, of order 5, with steps that keep an error below a tolerance.</summary>
    DormandPrince,

    /// <summary>Euler steps with noise: the stochastic form.</summary>
    EulerMaruyama,
}

/// <summary>What <see cref="Flow"/> follows.</summary>
public enum FlowField
{
    /// <summary>The energy's own field from noise to its states (<see cref="ITransport"/>).</summary>
    Transport,

    /// <summary>−∇ₓE, the same at all times, as of energies that were trained by energy matching or equilibrium matching.</summary>
    Gradient,
}

/// <summary>Options of <see cref="Flow"/>.</summary>
[Named("flow", "a flow from fresh noise to a state along a field, deterministic or with noise",
    paper: "Lipman et al. 2023, arXiv:2210.02747; Albergo, Boffi and Vanden-Eijnden 2023, arXiv:2303.08797")]
public sealed record FlowOptions : SamplerOptions, IOptionRules
{
    /// <summary>What the flow follows: `transport`, the energy's own field; or `gradient`, −∇E.</summary>
    public FlowField Field { get; init; } = FlowField.Transport;

    /// <summary>The solver: `euler`, `heun`, `rk4` and `dormand_prince` without noise, `euler_maruyama` with it.</summary>
    public FlowSolver Solver { get; init; } = FlowSolver.DormandPrince;

    /// <summary>The steps of a flow; of `dormand_prince` the number that its first step size is for.</summary>
    [Between(1, 100_000)]
    public int Steps { get; init; } = 20;

    /// <summary>The error that a step of `dormand_prince` may make, in units of the state, and relative to it.</summary>
    [Between(1e-6, 0.1)]
    public double Tolerance { get; init; } = 1e-4;

    /// <summary>σ of `euler_maruyama`: the standard deviation of the noise in a unit of time. 0 for the other solvers.</summary>
    [AtLeast(0)]
    public float Noise { get; init; }

    /// <summary>The time that a flow along −∇E takes; 1 along the energy's own field.</summary>
    [Above(0)]
    public float Time { get; init; } = 1;

    /// <inheritdoc/>
    public override Flow Create(Energy energy) => new(energy, this);

    /// <summary>The same flow with shorter or longer steps.</summary>
    /// <param name="factor">Factor of the step size, above 0.</param>
    public override FlowOptions Scaled(double factor) => this with
    {
        Steps = (int)Math.Clamp(Math.Round(Steps / factor), 1, 100_000),
        Tolerance = Math.Clamp(Tolerance * factor, 1e-6, 0.1),
    };

    /// <inheritdoc/>
    public override string StepName() => "flow";

    /// <inheritdoc/>
    public override string Describe() => string.Create(CultureInfo.InvariantCulture,
        $"step size {Time / Steps:G4}, {Steps} steps of {Name(Solver)}"
        + $"{(Solver == FlowSolver.DormandPrince ? $" at first, tolerance {Tolerance}" : "")}"
        + $" along {(Field == FlowField.Gradient ? "−∇E" : "the energy's field")}{(Noise > 0 ? $", noise {Noise}" : "")}");

    /// <inheritdoc/>
    public void Validate(ICollection<string> problems, string path)
    {
        ArgumentNullException.ThrowIfNull(problems);
        bool stochastic = Solver == FlowSolver.EulerMaruyama;
        if (stochastic != Noise > 0)
        {
            problems.Add(string.Create(CultureInfo.InvariantCulture,
                $"{path}noise is {Noise} and {path}solver is {Name(Solver)}; noise above 0 goes with euler_maruyama, and with it alone"));
        }
        if (Field == FlowField.Transport && Time != 1)
        {
            problems.Add(string.Create(CultureInfo.InvariantCulture,
                $"{path}time is {Time}; along the energy's own field, noise becomes a state at time 1"));
        }
    }

    private static string Name(FlowSolver solver) => System.Text.Json.JsonNamingPolicy.SnakeCaseLower.ConvertName(solver.ToString());
}

/// <summary>
/// A flow: each step draws a fresh start (<see cref="Energy.FillStart"/>), mostly noise of the space, and takes it along a field v, dx =
/// v(x, t) dt, from t = 0 to 1, or, with noise, dx = (v + ½σ²·score) dt + σ dW, which has the same distribution at every time (Albergo,
/// Boffi and Vanden-Eijnden 2023, arXiv:2303.08797). The draws of a chain are independent. With the energy's own field (<see
/// cref="ITransport"/>) they are those of p, up to the solver's error. Along −∇E they are what the training of the energy made of them;
/// with noise, dx = −∇E dt + σ dW.
/// </summary>
/// <remarks>
/// <para>`dormand_prince` chooses the steps of each chain by itself, from the estimate of its error: the root mean square over the numbers
/// of |error|/(tolerance·(1 + |x|)), with the usual controller h ← h·clamp(0.9·error^(−1/5), 0.2, 5) (Hairer, Nørsett and Wanner 1993,
/// section II.4). It counts evaluations and rejected steps.</para>
/// <para>States are clamped at walls after each step. The first state is draws 0 … of the step; the noise of step s is that of part
/// s.</para>
/// </remarks>
public sealed class Flow : Sampler
{
    private const double ShortestStep = 1e-9;
    private const string TallyPart = "solver";

    private readonly FlowOptions _options;
    private readonly ITransport? _transport;
    private readonly IDifferentiable _slopes;
    private readonly ButcherTableau _tableau;

    /// <summary>Creates the sampler.</summary>
    /// <param name="energy">An energy with a gradient, and with a field of its own if that is followed, on real states.</param>
    /// <param name="options">The options.</param>
    /// <exception cref="InvalidInputException">
    /// An option is out of range (the message lists every violation), or the energy lacks the field, or has another domain.
    /// </exception>
    public Flow(Energy energy, FlowOptions options) : base(energy)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.ThrowIfInvalid("the flow sampler");
        _slopes = energy.Require<IDifferentiable>("A flow");
        SamplerNeeds.RealStates(energy.Space, "Flows");
        if (options.Field == FlowField.Transport)
        {
            _transport = energy as ITransport ?? throw new InvalidInputException($"A flow cannot follow this energy's own field: "
                + $"{energy.GetType().Name} on {energy.Space} lacks {Capability.Of(typeof(ITransport))}. It may need field=gradient, which "
                + "follows −∇E, or another sampler.");
        }
        if (_transport is not null && options.Noise > 0 && energy.Space.Domain == Domain.Box)
        {
            throw new InvalidInputException("A flow with noise along the energy's own field needs the score, which follows from the field "
                + $"only where it starts from normal noise; on {energy.Space} it starts from {energy.Space.Noise}. Use another solver.");
        }
        _options = options;
        _tableau = ButcherTableau.Of(options.Solver);
        if (options.Solver == FlowSolver.EulerMaruyama && options.Steps > RandomStream.MostParts)
        {
            throw new InvalidInputException(
                $"A flow with noise has at most {RandomStream.MostParts:N0} steps; steps is {options.Steps:N0}.");
        }
    }

    /// <inheritdoc/>
    public override IReadOnlyList<KeptPart> Kept { get; } = [new KeptPart(TallyPart, 2 * 2, IsTally: true)];

    /// <summary>A stage's state, and the field at every stage.</summary>
    public override int ScratchRows => 1 + _tableau.Stages;

    /// <summary>Time, step size, and the time of a stage.</summary>
    public override int ScratchNumbers => 3;

    /// <inheritdoc/>
    public override void Step(Device device, in ChainBlock block)
    {
        int count = block.States.Count;
        Span<double> times = block.NumberRows.Slice(0, count).Doubles, steps = block.NumberRows.Slice(count, count).Doubles;
        Span<double> stage = block.NumberRows.Slice(2 * count, count).Doubles;
        if (!block.Continues)
        {
            // A state that is not finite is an error, although the flow starts afresh.
            _slopes.Gradient(block.States, block.EnergyRows, block.Gradient);
            if (block.Energies.ContainsAnyExceptInRange(float.MinValue, float.MaxValue))
                return;
        }
        for (int i = 0; i < count; i++)
        {
            Energy.FillStart(block.Noise, block.FirstChain + (uint)i, block.States[i]);
            (times[i], steps[i]) = (0, (double)_options.Time / _options.Steps);
        }
        Span<double> tally = block.Kept(0).Doubles;
        if (_options.Solver == FlowSolver.DormandPrince)
        {
            Adapt(block, times, steps, stage, tally);
        }
        else
        {
            for (int s = 0; s < _options.Steps; s++)
            {
                times.Fill(s * (double)_options.Time / _options.Steps);
                Stages(block, times, steps, stage);
                for (int i = 0; i < count; i++)
                {
                    if (_options.Noise > 0)
                        Diffuse(block, i, times[i], steps[i], block.Noise.Part(s));
                    Move(block, i, steps[i], _tableau.B, block.States[i], block.States[i]);
                    Clamp(block.States[i]);
                    tally[2 * i] += _tableau.Stages;
                }
                block.Cancellation.ThrowIfCancellationRequested();
            }
        }
        _slopes.Gradient(block.States, block.EnergyRows, block.Gradient);
        Kernels.SquaredNorms(block.Gradient, block.SquaredNorms);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<SamplerFigure> Figures(ChainMemory memory, long steps)
    {
        ArgumentNullException.ThrowIfNull(memory);
        double[] all = memory.ReadNumbers(TallyPart);
        double evaluations = 0, rejected = 0, flows = Math.Max(1.0, (double)steps * memory.Chains);
        for (int i = 0; i < all.Length; i += 2)
            (evaluations, rejected) = (evaluations + all[i], rejected + all[i + 1]);
        string refused = _tableau.Error.Length == 0 ? ""
            : string.Create(CultureInfo.InvariantCulture, $"; {rejected / flows:0.##} steps were too long and made again");
        return
        [
            new SamplerFigure("evaluations", evaluations / flows,
                string.Create(CultureInfo.InvariantCulture, $"{evaluations / flows:0.#} evaluations of the field a flow{refused}")),
        ];
    }

    /// <summary>Takes each chain to the end by steps of its own.</summary>
    private void Adapt(in ChainBlock block, Span<double> times, Span<double> steps, Span<double> stage, Span<double> tally)
    {
        int count = block.States.Count;
        double end = _options.Time;
        Rows scratch = block.Scratch.Slice(0, count);
        while (true)
        {
            bool moves = false;
            for (int i = 0; i < count; i++)
            {
                steps[i] = Math.Min(steps[i], end - times[i]);
                moves |= steps[i] > 0;
            }
            if (!moves)
                return;
            block.Cancellation.ThrowIfCancellationRequested();
            Stages(block, times, steps, stage);
            for (int i = 0; i < count; i++)
            {
                if (!(steps[i] > 0))
                    continue;
                tally[2 * i] += _tableau.Stages;
                double error = Error(block, i, steps[i]);
                if (error <= 1)
                {
                    Move(block, i, steps[i], _tableau.B, block.States[i], block.States[i]);
                    Clamp(block.States[i]);
                    // The last step ends at the end itself.
                    times[i] = steps[i] >= end - times[i] ? end : times[i] + steps[i];
                }
                else
                {
                    tally[2 * i + 1]++;
                }
                double next = error > 0 ? 0.9 * Math.Pow(error, -0.2) : 5;
                steps[i] *= double.IsFinite(error) ? Math.Clamp(next, 0.2, 5) : 0.2;
                if (times[i] < end && steps[i] < ShortestStep * end)
                {
                    // No step is short enough: the field is not finite there, or jumps.
                    block.States[i].Fill(float.NaN);
                    times[i] = end;
                }
                if (times[i] >= end)
                    steps[i] = 0;
            }
        }
    }

    /// <summary>Evaluates the field at all stages of a step of each chain.</summary>
    private void Stages(in ChainBlock block, ReadOnlySpan<double> times, ReadOnlySpan<double> steps, Span<double> stage)
    {
        int count = block.States.Count;
        Rows at = block.Scratch.Slice(0, count);
        for (int s = 0; s < _tableau.Stages; s++)
        {
            for (int i = 0; i < count; i++)
            {
                Move(block, i, steps[i], _tableau.A[s], block.States[i], at[i]);
                Clamp(at[i]);
                stage[i] = times[i] + _tableau.C[s] * steps[i];
            }
            Rows field = Field(block, s);
            if (_transport is not null)
            {
                _transport.Velocity(at, stage, field);
                continue;
            }
            _slopes.Gradient(at, block.EnergyRows, field);
            TensorPrimitives.Negate<float>(field.Span, field.Span);
        }
    }

    /// <summary>x + h·Σ wₛkₛ of one chain.</summary>
    private static void Move(in ChainBlock block, int chain, double step, double[] weights, ReadOnlySpan<float> from, Span<float> to)
    {
        from.CopyTo(to);
        for (int s = 0; s < weights.Length; s++)
        {
            if (weights[s] != 0)
                TensorPrimitives.MultiplyAdd(Field(block, s)[chain], (float)(step * weights[s]), to, to);
        }
    }

    /// <summary>The error of a step in units of the tolerance: the root of the mean square.</summary>
    private double Error(in ChainBlock block, int chain, double step)
    {
        double sum = 0;
        ReadOnlySpan<float> state = block.States[chain];
        for (int n = 0; n < state.Length; n++)
        {
            double error = 0;
            for (int s = 0; s < _tableau.Stages; s++)
                error += _tableau.Error[s] * Field(block, s)[chain][n];
            error *= step / (_options.Tolerance * (1 + Math.Abs(state[n])));
            sum += error * error;
        }
        return Math.Sqrt(sum / state.Length);
    }

    /// <summary>Adds noise to a state, and to its field what the noise calls for: ½σ²·score.</summary>
    private void Diffuse(in ChainBlock block, int chain, double time, double step, RandomStream noise)
    {
        double variance = (double)_options.Noise * _options.Noise;
        Rows state = block.States.Slice(chain, 1);
        if (_transport is not null)
        {
            Span<float> field = Field(block, 0)[chain];
            ReadOnlySpan<float> x = state.Span;
            InterpolantPoint point = _transport.Interpolant.At(time);
            (double ofField, double ofState) = (0.5 * variance * point.ScoreOfField, 0.5 * variance * point.ScoreOfState);
            for (int n = 0; n < x.Length; n++)
                field[n] += (float)(ofField * field[n] + ofState * x[n]);
        }
        Kernels.AddNoise(state, (float)Math.Sqrt(variance * step), float.NegativeInfinity, float.PositiveInfinity, noise,
            block.FirstChain + (uint)chain);
    }

    private static Rows Field(in ChainBlock block, int stage)
    {
        int count = block.States.Count;
        return block.Scratch.Slice((1 + stage) * count, count);
    }

    private void Clamp(Span<float> state)
    {
        StateSpace space = Energy.Space;
        if (!float.IsNegativeInfinity(space.Low) || !float.IsPositiveInfinity(space.High))
            TensorPrimitives.Clamp(state, space.Low, space.High, state);
    }
}
