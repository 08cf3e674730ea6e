using Joule.Compute;
using Joule.States;

namespace Joule.Objectives;

/// <summary>Options of <see cref="UniformNoise"/>.</summary>
[Named("uniform", "every number uniform: between its walls or, without walls, over the range of the training data and a margin")]
public sealed record UniformNoiseOptions : NoiseOptions
{
    /// <summary>The margin on either side of a range without walls, as a share of it.</summary>
    [AtLeast(0)]
    public double Margin { get; init; } = 0.1;

    /// <inheritdoc/>
    public override NoiseSource Create(NoiseContext context) => new UniformNoise(context, this);
}

/// <summary>
/// Uniform noise in a box. Where the data have no walls, the model learns nothing outside the box: the noise never goes there.
/// </summary>
public sealed class UniformNoise : NoiseSource
{
    private readonly ColumnDomain[] _columns;
    private readonly double _log;

    /// <summary>Finds the range of every number.</summary>
    public UniformNoise(NoiseContext context, UniformNoiseOptions options)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(options);
        TrainingColumns facts = TrainingColumns.Of(context.Train, context.Width);
        _columns = new ColumnDomain[context.Space.Width];
        for (int j = 0; j < _columns.Length; j++)
        {
            ColumnDomain column = context.Column(j);
            double margin = Math.Max(options.Margin * (facts.Most[j] - facts.Least[j]), facts.Deviations[j]);
            _columns[j] = column with
            {
                Domain = column.Domain == Domain.Real ? Domain.Box : column.Domain,
                Low = float.IsFinite(column.Low) ? column.Low : (float)(facts.Least[j] - margin),
                High = float.IsFinite(column.High) ? column.High : (float)(facts.Most[j] + margin),
            };
            double range = (double)_columns[j].High - _columns[j].Low;
            _log -= Math.Log(_columns[j].Domain switch { Domain.Box => range, Domain.Categorical => range + 1, _ => 2 });
        }
    }

    /// <inheritdoc/>
    public override void Draw(in RandomStream draws, uint chain, Span<float> state)
    {
        for (int j = 0; j < state.Length; j++)
            state[j] = _columns[j].Noise(draws, chain, j);
    }

    /// <inheritdoc/>
    public override double LogDensity(ReadOnlySpan<float> state, Span<double> scratch)
    {
        for (int j = 0; j < state.Length; j++)
        {
            if (state[j] < _columns[j].Low || state[j] > _columns[j].High)
                return double.NegativeInfinity;
        }
        return _log;
    }
}
