using Joule.Compute;

namespace Joule.Objectives;

/// <summary>Options of <see cref="NoiseNegatives"/>.</summary>
[Named("noise", "every chain starts from fresh noise at every update")]
public sealed record NoiseNegativesOptions : NegativesOptions
{
    /// <inheritdoc/>
    public override Negatives Create(NegativesContext context) => new NoiseNegatives(context, this);

    /// <inheritdoc/>
    public override string Describe() => $"fresh noise at every update, {StepsText()}";

    /// <inheritdoc/>
    public override string Meaning() => Steps == 0
        ? "a model that tells its data from noise: its training had no chains, and chains need not end at the data"
        : $"a short-run model: trained so that chains of {Counted.Of(Steps, "step")} from noise look like the data, "
            + "but not much longer ones";
}

/// <summary>Chains that start from fresh noise at every update (short-run chains; Nijkamp et al. 2019, arXiv:1904.09770).</summary>
public sealed class NoiseNegatives : Negatives
{
    private readonly NoiseProgram _noise;

    /// <summary>Creates the source.</summary>
    public NoiseNegatives(NegativesContext context, NoiseNegativesOptions options) : base(context, options) =>
        _noise = new NoiseProgram(this);

    /// <inheritdoc/>
    public override bool ReadsData => false;

    /// <inheritdoc/>
    protected override DeviceProgram Start(long update, Rows data, Rows negatives)
    {
        _noise.Prepare(update, negatives);
        return _noise;
    }

    private sealed class NoiseProgram(NoiseNegatives source) : DeviceProgram, IRowWork
    {
        private long _update;
        private Rows _negatives;

        public override string Name => "noise that chains start from";

        public override int Count => _negatives.Count;

        public override int BlockRows => 16;

        public void Prepare(long update, Rows negatives) => (_update, _negatives) = (update, negatives);

        public void Describe(IRowOperations rows) =>
            rows.Device.Write(_negatives, (i, state) => source.FillNoise(_update, i, state));

        protected override void Run(int start, int count, int lane)
        {
            for (int i = start; i < start + count; i++)
                source.FillNoise(_update, _negatives, i);
        }
    }
}
