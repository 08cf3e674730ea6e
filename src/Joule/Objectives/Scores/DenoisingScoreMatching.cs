using System.Globalization;
using System.Numerics.Tensors;
using Joule.Compute;
using Joule.States;

namespace Joule.Objectives;

/// <summary>Options of <see cref="DenoisingScoreMatching"/>.</summary>
[Named("denoising_score_matching", "the gradient removes noise from noisy data, at one noise level or many: E means the data blurred by it",
    paper: "Vincent 2011, doi:10.1162/NECO_a_00142; Li, Chen and Sommer 2019, arXiv:1910.07762")]
public sealed record DenoisingScoreMatchingOptions : ObjectiveOptions, IOptionRules, IBlursData
{
    private static readonly FigureList AllFigures = new(
    [
        ScoreFigures.Loss("", "mean squared error of the predicted noise, halved: ½ for an energy without a gradient"),
        ScoreFigures.Energy("energy_noisy", "mean energy of the noisy data"),
    ]);

    /// <summary>σ₀: the standard deviation of the noise of the blurred data that E means at temperature 1, in units of the state.</summary>
    [Above(0)]
    public float NoiseScale { get; init; } = 0.1f;

    /// <summary>The smallest noise level of the training, at most <see cref="NoiseScale"/>. Null: <see cref="NoiseScale"/>.</summary>
    [Above(0)]
    public float? LeastNoise { get; init; }

    /// <summary>
    /// The largest noise level of the training, at least <see cref="NoiseScale"/>; levels are log-uniform. Null: <see cref="NoiseScale"/>.
    /// </summary>
    [Above(0)]
    public float? MostNoise { get; init; }

    /// <summary>
    /// Whether noise is mirrored at the walls of the states. False: noisy states may lie beyond them, where E is trained too, and chains
    /// must go there, as those of `walk_jump` do.
    /// </summary>
    public bool Reflect { get; init; } = true;

    /// <inheritdoc/>
    public override Objective Create(ObjectiveContext context) => new DenoisingScoreMatching(context, this);

    /// <inheritdoc/>
    public override FigureList ListFigures() => AllFigures;

    /// <inheritdoc/>
    public void Validate(ICollection<string> problems, string path)
    {
        ArgumentNullException.ThrowIfNull(problems);
        if (LeastNoise > NoiseScale)
            problems.Add(Text($"{path}least_noise is {LeastNoise}; it must be at most {path}noise_scale, {NoiseScale}"));
        if (MostNoise < NoiseScale)
            problems.Add(Text($"{path}most_noise is {MostNoise}; it must be at least {path}noise_scale, {NoiseScale}"));
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

/// <summary>
/// Denoising score matching (Vincent 2011): noise σn is added to a state x, and the loss ½‖(σ₀²/σ)·∇ₓE(y) − n‖² of y = x + σn is averaged
/// over the numbers of a state, the states and the noise levels.
/// </summary>
/// <remarks>
/// <para>Which density E means. With one level, σ = σ₀, the loss is σ₀²·½‖∇E − (y − x)/σ₀²‖² (Vincent 2011, equation 16). Its minimum is
/// E = −ln q(y) + constant, where q is the density of the data with normal noise of deviation σ₀: p(y) ∝ exp(−E(y)) at T = 1 is the data
/// blurred by σ₀.</para>
/// <para>With many levels (Li, Chen and Sommer 2019) σ₀ stays in the loss, and the minimum is σ₀²∇E(y) = y − 𝔼[x | y], the mean over all
/// levels with weights 1/σ². Where the level can be told from y, as in high dimension, that is the score of the data blurred by this level
/// times σ²/σ₀²: near the data p(y) ∝ exp(−E(y)) is still the data blurred by σ₀, and exp(−E/T) is the data blurred by about σ₀√T. The
/// sampler <c>annealed</c> with a start temperature of (most_noise/noise_scale)² follows these densities from noise to data. The right side
/// need not be a gradient; then E is the energy whose gradient is closest.</para>
/// <para>In a box the noise is reflected at the walls, and so is the blurred density: it lies on the box. With <c>reflect</c> false
/// the blurred density lies on all numbers.</para>
/// </remarks>
public sealed class DenoisingScoreMatching : GradientMatching
{
    private readonly DenoisingScoreMatchingOptions _options;
    private readonly float[] _deviations, _low = [], _high = []; // without walls, or where noise passes them, there are none

    /// <summary>Allocates memory for a batch.</summary>
    /// <exception cref="InvalidInputException">The states do not vary continuously.</exception>
    public DenoisingScoreMatching(ObjectiveContext context, DenoisingScoreMatchingOptions options)
        : base(context, "denoising_score_matching")
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        _deviations = new float[context.Batch];
        StateSpace space = context.Energy.Space;
        if (!options.Reflect || space.Domain == Domain.Real)
            return;
        _low = Columns(space.Columns?.Select(c => c.Low), space.Low);
        _high = Columns(space.Columns?.Select(c => c.High), space.High);

        float[] Columns(IEnumerable<float>? own, float each) => [.. own ?? Enumerable.Repeat(each, space.Width)];
    }

    /// <inheritdoc/>
    public override FigureList Figures => _options.ListFigures();

    /// <inheritdoc/>
    public override double LeastNoise => _options.LeastNoise ?? _options.NoiseScale;

    /// <inheritdoc/>
    protected override (float Scale, float Weight) Write(
        in MatchedRow row, ReadOnlySpan<float> data, Span<float> state, Span<float> target)
    {
        double level = Level(row);
        row.Noise.FillNormal(target, (uint)row.Row, 0, (float)level);
        if (_options.Reflect)
            WallNoise.Add(Context.Energy.Space, data, target, state);
        else
            TensorPrimitives.Add(data, target, state);
        return Scales(level);
    }

    /// <inheritdoc/>
    protected override void WriteRows(IRowOperations rows, in MatchedRows batch, Span<float> scales)
    {
        ArgumentNullException.ThrowIfNull(rows);
        Span<float> deviations = _deviations.AsSpan(0, batch.Data.Count);
        for (int i = 0; i < deviations.Length; i++)
        {
            double level = Level(batch[i]);
            (deviations[i], (scales[2 * i], scales[2 * i + 1])) = ((float)level, Scales(level));
        }
        rows.Blur(batch.Data, deviations, batch.Noise, _low, _high, batch.States, batch.Targets);
    }

    private double Level(in MatchedRow row)
    {
        double least = _options.LeastNoise ?? _options.NoiseScale, most = _options.MostNoise ?? _options.NoiseScale;
        return least == most ? least : least * Math.Pow(most / least, row.Spread());
    }

    private (float Scale, float Weight) Scales(double level) =>
        ((float)((double)_options.NoiseScale * _options.NoiseScale), (float)(1 / (level * level)));
}
