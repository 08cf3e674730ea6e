using Joule.Compute;
using Joule.Energies;

namespace Joule.Samplers;

/// <summary>
/// Recovery sampling of a family E(x, t) (Gao et al. 2021, arXiv:2012.08125). A chain starts at the last level, at its initial state with
/// noise of deviation s_K. At level k it is given the state y that it had at level k + 1, and draws
/// x ~ exp(−E(x, tₖ) − ‖y − x‖²/2b²), where b² = sₖ₊₁² − sₖ², by Metropolis-adjusted Langevin steps from x = y. If E(x, tₖ) is the energy
/// of data with noise sₖ, these are the laws of a less noisy state given a noisier one, so that chains with enough steps end at draws of
/// exp(−E(x, 1)), as far as the noise of the last level hides where they started.
/// </summary>
/// <remarks>
/// <para>Once at the data, a chain goes on as the proximal sampler (Lee, Shen and Tian 2021, arXiv:2010.03106): it draws y = x + s₁ξ and
/// then steps given y, from x itself, which leaves exp(−E(x, 1)) invariant. On an energy without a time a chain is this sampler from the
/// start.</para>
/// <para>The steps of a level have the step size, a fourth of it, a sixteenth and a sixty-fourth, and again: one size would either be too
/// short for a plain energy, or refused where it is steep, and a chain that stays where it is teaches a training nothing.</para>
/// <para>A chain counts its own steps, so that those of a replay buffer that start at different times are each taken from noise to data.
/// The count is kept in float32. At the data's level alone, chains reflect at walls; what comes from the level above is clamped. The draws of a
/// step are those of <see cref="MetropolisAdjustedLangevin"/>; the noise between levels is that of its parts 0 and 1.</para>
/// </remarks>
public sealed class Recovery : Sampler
{
    private const int ConditionPart = 0, Sizes = 4;

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
    /// The state that each chain is given, and its place: the number of its next step. 0: it has not begun, and noise comes first. From 1
    /// on, the levels in turn, the last first; after them, the steps of one draw of the proximal sampler, again and again.
    /// </summary>
    public override IReadOnlyList<KeptPart> Kept { get; }

    /// <inheritdoc/>
    public override bool HasAcceptTest => true;

    /// <inheritdoc/>
    public override int ScratchRows => RecoveryStep.ScratchRows;

    /// <inheritdoc/>
    public override int ScratchNumbers => RecoveryStep.ScratchNumbers;

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
        RecoveryStep step = new(block);
        Span<float> places = block.Kept(PlacePart).Span;
        bool begins = false;
        for (int i = 0; i < count; i++)
        {
            begins |= Begin(block, i, ref places[i]);
            int level = LevelOf(places[i]);
            (step.Times[i], step.Variances[i]) = (_times[level], _steps[level] * _steps[level]);
        }
        if (begins || !block.Continues)
            Evaluate(block.States, step.Times, block.EnergyRows, block.Gradient);
        step.Remember(block.Gradient);
        // Chains with the same step are moved together. The draws are those of each chain either way.
        for (int start = 0; start < count; start = EndOf(places, start))
            step.Start(start, EndOf(places, start) - start, Coefficients(places[start]));
        Evaluate(step.Proposals, step.Times, block.EnergyRows, step.Gradients);
        for (int start = 0; start < count; start = EndOf(places, start))
            step.End(start, EndOf(places, start) - start, Coefficients(places[start]));
        step.Test();
        foreach (ref float place in places)
            place = place == descent + _options.LevelSteps ? descent + 1 : place + 1;
    }

    private void Evaluate(Rows states, ReadOnlySpan<double> times, Rows energies, Rows gradient)
    {
        if (_timed is not null)
            _timed.Gradient(states, times, energies, gradient);
        else
            _energy.Gradient(states, energies, gradient);
    }

    // Before a level's first step, or before a draw of the proximal sampler. False in between.
    private bool Begin(in ChainBlock block, int chain, ref float place)
    {
        Rows state = block.States.Slice(chain, 1);
        uint number = block.FirstChain + (uint)chain;
        if (place == 0)
        {
            AddNoise(state, _start, block.Noise.Part(0), number);
            place = 1;
        }
        if (((int)place - 1) % _options.LevelSteps != 0)
            return false;
        Rows condition = block.Kept(ConditionPart).Slice(chain, 1);
        state.Span.CopyTo(condition.Span);
        if (place > _options.DescentSteps())
            AddNoise(condition, _steps[0], block.Noise.Part(1), number);
        else if (LevelOf(place) == 0)
            Kernels.Clamp(state, Energy.Space.Low, Energy.Space.High);
        return true;
    }

    private int LevelOf(float place) => Math.Max(0, _options.Levels - 1 - ((int)place - 1) / _options.LevelSteps);

    // Where the chains with the same level and step size as one end.
    private int EndOf(ReadOnlySpan<float> places, int start)
    {
        int level = LevelOf(places[start]), size = SizeOf(places[start]), end = start + 1;
        while (end < places.Length && LevelOf(places[end]) == level && SizeOf(places[end]) == size)
            end++;
        return end;
    }

    // How often a step is cut by four, within a cycle of four.
    private int SizeOf(float place) => ((int)place - 1) % _options.LevelSteps % Sizes;

    private LeapfrogCoefficients Coefficients(float place)
    {
        int level = LevelOf(place);
        float drift = (float)(_steps[level] * Math.Sqrt(2.0 * _options.StepSize) * Math.Pow(0.5, SizeOf(place)));
        return level == 0 ? new(drift, drift, Energy.Space.Low, Energy.Space.High)
            : new(drift, drift, float.NegativeInfinity, float.PositiveInfinity);
    }

    private static void AddNoise(Rows state, double deviation, in RandomStream draws, uint chain) =>
        Kernels.AddNoise(state, (float)deviation, float.NegativeInfinity, float.PositiveInfinity, draws, chain);
}
