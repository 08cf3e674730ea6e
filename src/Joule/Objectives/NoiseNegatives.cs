using Joule.Compute;

namespace Joule.Objectives;

/// <summary>Options of <see cref="NoiseNegatives"/>.</summary>
[Named("noise", "every chain of every update starts from fresh noise")]
public sealed record NoiseNegativesOptions : NegativesOptions
{
    /// <inheritdoc/>
    public override Negatives Create(NegativesContext context) => new NoiseNegatives(context, this);

    /// <inheritdoc/>
    public override string Describe() => $"fresh noise in every update, {StepsText()}";

    /// <inheritdoc/>
    public override string Meaning() => Steps == 0
        ? "a model that tells its data from noise: no chain is trained, and none need end at data"
        : $"a short-run model: its training is for chains of {Counted.Of(Steps, "step")} from noise to look like the data, and not for much longer ones";
}

/// <summary>Chains that start from fresh noise at every update (short-run chains; Nijkamp et al. 2019, arXiv:1904.09770).</summary>
public sealed class NoiseNegatives : Negatives
{
    private readonly NoiseWork _noise;

    /// <summary>Creates the source.</summary>
    public NoiseNegatives(NegativesContext context, NoiseNegativesOptions options) : base(context, options) => _noise = new NoiseWork(this);

    /// <inheritdoc/>
    protected override void Start(long update, Rows data, Rows negatives) => _noise.Run(update, negatives);

    private sealed class NoiseWork(NoiseNegatives source) : IBlockWork
    {
        private const int RowsOfBlock = 16;

        private long _update;
        private Rows _negatives;

        public void Run(long update, Rows negatives)
        {
            (_update, _negatives) = (update, negatives);
            source.Context.Device.Run(this, (negatives.Count + RowsOfBlock - 1) / RowsOfBlock);
        }

        public void Run(int block, int lane)
        {
            int end = Math.Min(_negatives.Count, (block + 1) * RowsOfBlock);
            for (int i = block * RowsOfBlock; i < end; i++)
                source.FillNoise(_update, _negatives, i);
        }
    }
}
