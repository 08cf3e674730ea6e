using Joule.Compute;

namespace Joule.Objectives;

/// <summary>Options of <see cref="MixtureNoise"/>.</summary>
[Named("mixture", "kernels round training states, wide enough to overlap, and a share of broad noise")]
public sealed record MixtureNoiseOptions : NoiseOptions
{
    /// <summary>Largest number of kernels; each lies at a training state of its own.</summary>
    [Between(1, 100_000)]
    public int Components { get; init; } = 256;

    /// <summary>
    /// Width of the kernels, as a multiple of Scott's rule: the deviation of the number times components^(−1/(numbers + 4)).
    /// </summary>
    [Above(0)]
    public double Spread { get; init; } = 1;

    /// <summary>Share of draws from the broad noise, which is <c>gaussian</c>: with it, the model also learns far from the data.</summary>
    [AtLeast(0), Below(1)]
    public double BroadShare { get; init; } = 0.1;

    /// <summary>Deviation of the broad noise, as a multiple of that of the training data.</summary>
    [Above(0)]
    public double BroadSpread { get; init; } = 2;

    /// <inheritdoc/>
    public override NoiseSource Create(NoiseContext context) => new MixtureNoise(context, this);
}

/// <summary>
/// A kernel density estimate of the training data (Scott, Multivariate density estimation, 1992) with a share of broad noise. It resembles
/// data of many modes, as noise for a contrast should (Gutmann and Hyvärinen 2012, section 2.4).
/// </summary>
public sealed class MixtureNoise : NoiseSource
{
    private readonly ProductMixture _kernels;
    private readonly ProductMixture _broad;
    private readonly double _broadShare;
    private readonly int _width;

    /// <summary>Draws the centres and fits the widths.</summary>
    public MixtureNoise(NoiseContext context, MixtureNoiseOptions options)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(options);
        (_broadShare, _width) = (options.BroadShare, context.Space.Width);
        TrainingColumns facts = TrainingColumns.Of(context.Train, context.Width);
        int count = Math.Min(options.Components, context.Train.Count);
        double factor = options.Spread * Math.Pow(count, -1.0 / (_width + 4));
        _kernels = new ProductMixture(
            [.. facts.Deviations.Select((d, j) => ColumnKernel.Of(context.Column(j), factor * d))], Centres(context, count));
        _broad = GaussianNoiseOptions.Fit(context, options.BroadSpread);
    }

    /// <inheritdoc/>
    public override int Scratch => Math.Max(_kernels.Scratch, _broad.Scratch);

    /// <inheritdoc/>
    public override void Draw(in RandomStream draws, uint chain, Span<float> state)
    {
        bool isBroad = draws.OpenUniform(chain, _width + 1) < _broadShare;
        (isBroad ? _broad : _kernels).Draw(draws, chain, state);
    }

    /// <inheritdoc/>
    public override double LogDensity(ReadOnlySpan<float> state, Span<double> scratch)
    {
        double kernels = Math.Log(1 - _broadShare) + _kernels.LogDensity(state, scratch);
        if (_broadShare == 0)
            return kernels;
        double broad = Math.Log(_broadShare) + _broad.LogDensity(state, scratch), highest = Math.Max(kernels, broad);
        return highest + Math.Log(Math.Exp(kernels - highest) + Math.Exp(broad - highest));
    }

    private static double[] Centres(NoiseContext context, int count)
    {
        int[] order = new int[context.Train.Count];
        new RandomStream(context.Seed, RandomPurpose.NoiseStates, 0).FillPermutation(order, 0);
        float[] state = new float[context.Space.Width];
        double[] centres = new double[count * state.Length];
        for (int k = 0; k < count; k++)
        {
            context.Train.Read(order[k], state);
            for (int j = 0; j < state.Length; j++)
                centres[k * state.Length + j] = state[j];
        }
        return centres;
    }
}
