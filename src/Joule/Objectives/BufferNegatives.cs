using Joule.Compute;
using Joule.Samplers;

namespace Joule.Objectives;

/// <summary>Options of <see cref="BufferNegatives"/>.</summary>
[Named("buffer", "chains live on in a replay buffer; a share starts afresh from noise")]
public sealed record BufferNegativesOptions : NegativesOptions
{
    /// <summary>Slots of the buffer, at least the batch size.</summary>
    public int Slots { get; init; } = 8192;

    /// <summary>Slots that hold uniform noise at the start; the rest is filled by fresh chains. All of them where it is not given.</summary>
    public int? Initial { get; init; }

    /// <summary>Probability that a chain starts afresh from uniform noise, in [0, 1].</summary>
    public float FreshShare { get; init; } = 0.05f;

    /// <inheritdoc/>
    public override Negatives Create(NegativesContext context) => new BufferNegatives(context, this);

    /// <inheritdoc/>
    public override void Validate(IList<string> problems)
    {
        base.Validate(problems);
        if (Slots is < 1 or > 10_000_000)
            problems.Add($"negatives.slots is {Slots}; it must lie between 1 and 10000000");
        if (Initial is { } initial && (initial < 0 || initial > Slots))
            problems.Add($"negatives.initial is {initial}; it must lie between 0 and negatives.slots, {Slots}");
        if (!(FreshShare is >= 0 and <= 1))
            problems.Add($"negatives.fresh_share is {FreshShare}; it must lie between 0 and 1");
    }
}

/// <summary>Persistent contrastive divergence: chains go on from update to update in a replay buffer (Tieleman 2008; Du and Mordatch 2019).</summary>
public sealed class BufferNegatives : Negatives
{
    private readonly float _freshShare;
    private readonly int[] _slots;
    private readonly bool[] _fresh;

    /// <summary>Creates the source; the buffer starts as noise.</summary>
    /// <exception cref="InvalidInputException">The buffer is smaller than a batch.</exception>
    public BufferNegatives(NegativesContext context, BufferNegativesOptions options) : base(context, options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.Slots < Context.Batch)
            throw new InvalidInputException($"negatives.slots is {options.Slots}, fewer than the batch of {Context.Batch}. Make the buffer larger, or the batch smaller.");
        _freshShare = options.FreshShare;
        _slots = new int[Context.Batch];
        _fresh = new bool[Context.Batch];
        Buffer = new ReplayBuffer(Context.Device, Context.Energy.Space, options.Slots, options.Initial ?? options.Slots, Context.Seed);
    }

    /// <summary>Where the chains live.</summary>
    public ReplayBuffer Buffer { get; }

    /// <inheritdoc/>
    protected override void Start(long update, Rows data, Rows negatives)
    {
        Buffer.Choose(new RandomStream(Context.Seed, RandomPurpose.BufferSlots, (ulong)update), _freshShare, _slots.AsSpan(0, negatives.Count), _fresh.AsSpan(0, negatives.Count));
        for (int i = 0; i < negatives.Count; i++)
        {
            if (_fresh[i])
                FillNoise(update, negatives, i);
            else
                Buffer.States[_slots[i]].CopyTo(negatives[i]);
        }
    }

    /// <inheritdoc/>
    protected override void Finish(Rows negatives)
    {
        for (int i = 0; i < negatives.Count; i++)
            Buffer.Store(_slots[i], negatives[i], _fresh[i], Steps);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        Buffer.Dispose();
        base.Dispose(disposing);
    }
}
