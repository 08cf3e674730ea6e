using Joule.Compute;
using Joule.Energies;
using Joule.States;

namespace Joule.Samplers;

/// <summary>
/// Recovery sampling of a family E(x, t) (Gao et al. 2021, arXiv:2012.08125). A chain starts at the last level, at its initial state with
/// noise of deviation s_K. At level k it is given the state y that it had at level k + 1, and draws
/// x ~ exp(−E(x, tₖ) − ‖y − x‖²/2b²), where b² = sₖ₊₁² − sₖ², by Langevin steps x ← x − η(∇ₓE(x, tₖ) + (x − y)/b²) + √(2η)ξ from x = y,
/// with η = step size·b². If E(x, tₖ) is the energy of data with noise sₖ, these are the laws of a less noisy state given a noisier one,
/// so that chains of long and short enough steps end at draws of exp(−E(x, 1)), as far as the noise of the last level hides where they
/// started.
/// </summary>
/// <remarks>
/// <para>Once at the data, a chain goes on as the proximal sampler (Lee, Shen and Tian 2021, arXiv:2010.03106): it draws y = x + s₁ξ and then
/// x given y, starting from x itself, which leaves exp(−E(x, 1)) invariant but for the error of the steps, of order η. On an energy without
/// a time a chain is this sampler from the start.</para>
/// <para>A chain counts its own steps, so that those of a replay buffer that start at different times are each taken from noise to data. The
/// count is kept in float32. States are clamped at walls at the data's level alone. The noise of a step is that of the step itself; the noise
/// between levels is that of its parts 0 and 1.</para>
/// </remarks>
public sealed class Recovery : Sampler
{
    private const int ConditionPart = 0;

    /// <summary>The index of the place in <see cref="Kept"/>.</summary>
    internal const int PlacePart = 1;

    private readonly IDifferentiable _energy;
    private readonly ITimed? _timed;
    private readonly RecoveryOptions _options;
    private readonly double[] _steps, _times;
    private readonly double _start;

    /// <summary>Creates the sampler.</summary>
    /// <param name="energy">An energy with a gradient, on real states; walls must be shared by all numbers.</param>
    /// <param name="options">The options.</param>
    /// <exception cref="InvalidInputException">
    /// An option is out of range (the message lists every violation), or the energy has no gradient or another domain.
    /// </exception>
    public Recovery(Energy energy, RecoveryOptions options) : base(energy)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.ThrowIfInvalid("the recovery sampler");
        _energy = energy.Require<IDifferentiable>("Recovery sampling");
        SamplerNeeds.RealStates(energy.Space, "Recovery chains");
        (_timed, _options) = (energy as ITimed, options);
        NoiseLevels levels = options.NoiseLevels();
        _steps = [.. Enumerable.Range(0, options.Levels).Select(levels.Step)];
        _times = [.. Enumerable.Range(0, options.Levels).Select(levels.Time)];
        _start = levels.At(options.Levels);
        Kept = [new("condition", energy.Space.Width), new("place", 1)];
    }

    /// <summary>
    /// The state that each chain is given, and its place: the number of its next step. 0: it has not begun, and noise comes first. From 1 on,
    /// the levels in turn, the last first; after them, the steps of one draw of the proximal sampler, again and again.
    /// </summary>
    public override IReadOnlyList<KeptPart> Kept { get; }

    /// <summary>The gradient of the energy given the noisier state.</summary>
    public override int ScratchRows => 1;

    /// <summary>The time of each chain.</summary>
    public override int ScratchNumbers => 1;

    /// <summary>The place of the first step at a level.</summary>
    /// <param name="options">The options.</param>
    /// <param name="level">k, from 0 to K − 1.</param>
    internal static int PlaceOf(RecoveryOptions options, int level) => 1 + (options.Levels - 1 - level) * options.LevelSteps;

    /// <inheritdoc/>
    public override void Init(Device device, in ChainStart start)
    {
        if (_timed is null)
            start.Kept(PlacePart).Span.Fill(_options.DescentSteps() + 1);
    }

    /// <inheritdoc/>
    public override void Step(Device device, in ChainBlock block)
    {
        int count = block.States.Count, descent = _options.DescentSteps();
        Span<double> times = block.NumberRows.Slice(0, count).Doubles;
        Span<float> places = block.Kept(PlacePart).Span;
        for (int i = 0; i < count; i++)
        {
            Begin(block, i, ref places[i]);
            times[i] = _times[LevelOf(places[i])];
        }
        if (_timed is not null)
            _timed.Gradient(block.States, times, block.EnergyRows, block.Gradient);
        else
            _energy.Gradient(block.States, block.EnergyRows, block.Gradient);
        // Chains at the same level are updated together. The draws are those of each chain either way.
        for (int start = 0; start < count;)
        {
            int level = LevelOf(places[start]), end = start + 1;
            while (end < count && LevelOf(places[end]) == level)
                end++;
            Update(block, start, end - start, level);
            start = end;
        }
        Kernels.SquaredNorms(block.Gradient, block.SquaredNorms);
        foreach (ref float place in places)
            place = place == descent + _options.LevelSteps ? descent + 1 : place + 1;
    }

    // Before a level's first step, or before a draw of the proximal sampler.
    private void Begin(in ChainBlock block, int chain, ref float place)
    {
        Rows state = block.States.Slice(chain, 1);
        uint number = block.FirstChain + (uint)chain;
        if (place == 0)
        {
            AddNoise(state, _start, block.Noise.Part(0), number);
            place = 1;
        }
        if (((int)place - 1) % _options.LevelSteps != 0)
            return;
        Rows condition = block.Kept(ConditionPart).Slice(chain, 1);
        state.Span.CopyTo(condition.Span);
        if (place > _options.DescentSteps())
            AddNoise(condition, _steps[0], block.Noise.Part(1), number);
    }

    private int LevelOf(float place) => Math.Max(0, _options.Levels - 1 - ((int)place - 1) / _options.LevelSteps);

    private void Update(in ChainBlock block, int start, int count, int level)
    {
        Rows states = block.States.Slice(start, count), slopes = block.Scratch.Slice(start, count);
        ReadOnlySpan<float> x = states.Span, y = block.Kept(ConditionPart).Slice(start, count).Span;
        ReadOnlySpan<float> gradient = block.Gradient.Slice(start, count).Span;
        Span<float> slope = slopes.Span;
        double variance = _steps[level] * _steps[level];
        float pull = (float)(1 / variance);
        for (int n = 0; n < x.Length; n++)
            slope[n] = gradient[n] + pull * (x[n] - y[n]);
        double size = _options.StepSize * variance;
        StateSpace space = Energy.Space;
        (float low, float high) = level == 0 ? (space.Low, space.High) : (float.NegativeInfinity, float.PositiveInfinity);
        LangevinCoefficients coefficients = new((float)size, (float)Math.Sqrt(2 * size), float.PositiveInfinity, low, high);
        Kernels.LangevinUpdate(states, slopes, coefficients, block.Noise, block.FirstChain + (uint)start,
            block.NormRows.Slice(start, count));
    }

    private static void AddNoise(Rows state, double deviation, in RandomStream draws, uint chain) =>
        Kernels.AddNoise(state, (float)deviation, float.NegativeInfinity, float.PositiveInfinity, draws, chain);
}
