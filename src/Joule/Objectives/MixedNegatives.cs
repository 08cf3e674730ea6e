using System.Globalization;
using Joule.Compute;

namespace Joule.Objectives;

/// <summary>Options of <see cref="MixedNegatives"/>.</summary>
[Named("mixed", "a share of the chains starts from data points of the update, the others from fresh noise")]
public sealed record MixedNegativesOptions : NegativesOptions
{
    /// <summary>The share of the chains that start from data.</summary>
    [Between(0, 1)]
    public double DataShare { get; init; } = 0.5;

    /// <inheritdoc/>
    public override Negatives Create(NegativesContext context) => new MixedNegatives(context, this);

    /// <inheritdoc/>
    public override string Describe() => string.Create(CultureInfo.InvariantCulture,
        $"{DataShare * 100:0.##}% from the data of an update, the others from fresh noise, {StepsText()}");

    /// <inheritdoc/>
    public override string Meaning() =>
        $"trained so that chains of {Counted.Of(Steps, "step")} look like the data, from noise and from the data, but not much longer ones";
}

/// <summary>
/// Chains of two kinds in an update: the first start from the data and find out whether the model keeps them, the others start from noise
/// and find out whether the model reaches the data (Balcerak et al. 2025, arXiv:2504.10612, algorithm 2).
/// </summary>
public sealed class MixedNegatives : Negatives
{
    private readonly StartProgram _start;
    private readonly double _dataShare;

    /// <summary>Creates the source.</summary>
    public MixedNegatives(NegativesContext context, MixedNegativesOptions options) : base(context, options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _dataShare = options.DataShare;
        _start = new StartProgram(this);
    }

    /// <inheritdoc/>
    public override bool MustMove => _dataShare > 0;

    /// <inheritdoc/>
    public override bool StartsFromData => _dataShare == 1;

    /// <inheritdoc/>
    protected override DeviceProgram Start(long update, Rows data, Rows negatives)
    {
        _start.Prepare(update, data, negatives);
        return _start;
    }

    private sealed class StartProgram(MixedNegatives source) : DeviceProgram, IRowWork
    {
        private long _update;
        private Rows _data, _negatives;

        public override string Name => "data and noise that chains start from";

        public override int Count => _negatives.Count;

        public override int BlockRows => 16;

        public void Prepare(long update, Rows data, Rows negatives) => (_update, _data, _negatives) = (update, data, negatives);

        private int FromData => (int)Math.Round(source._dataShare * Count);

        public void Describe(IRowOperations rows)
        {
            int fromData = FromData;
            rows.Device.Copy(_data.Slice(0, fromData), _negatives.Slice(0, fromData));
            rows.Device.Write(_negatives.Slice(fromData, Count - fromData),
                (i, state) => source.FillNoise(_update, fromData + i, state));
        }

        protected override void Run(int start, int count, int lane)
        {
            int fromData = FromData;
            for (int i = start; i < start + count; i++)
            {
                if (i < fromData)
                    _data[i].CopyTo(_negatives[i]);
                else
                    source.FillNoise(_update, _negatives, i);
            }
        }
    }
}
