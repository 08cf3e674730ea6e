using System.Globalization;
using Joule.Compute;
using Joule.Samplers;

namespace Joule.Objectives;

/// <summary>Options of <see cref="BufferNegatives"/>.</summary>
[Named("buffer", "chains live on in a replay buffer; a share starts afresh from noise")]
public sealed record BufferNegativesOptions : NegativesOptions, IOptionRules
{
    /// <summary>Slots of the buffer, at least the batch size.</summary>
    [Between(1, 10_000_000)]
    public int Slots { get; init; } = 8192;

    /// <summary>Slots that hold noise at the start; fresh chains fill the rest. Null: all slots.</summary>
    [AtLeast(0)]
    public int? Initial { get; init; }

    /// <summary>Probability that a chain starts afresh from noise.</summary>
    [Between(0, 1)]
    public float FreshShare { get; init; } = 0.05f;

    /// <summary>A chain that has made this many steps starts afresh at its next use. Null: it may live on.</summary>
    [AtLeast(1)]
    public int? LongestChain { get; init; }

    /// <inheritdoc/>
    public void Validate(ICollection<string> problems, string path)
    {
        ArgumentNullException.ThrowIfNull(problems);
        if (Initial > Slots)
            problems.Add($"{path}initial is {Initial}; it must be at most {path}slots, {Slots}");
    }

    /// <inheritdoc/>
    public override Negatives Create(NegativesContext context) => new BufferNegatives(context, this);

    /// <summary>
    /// A chain starts afresh at each use with a probability of <see cref="FreshShare"/>, so its age is geometric: on average
    /// <see cref="NegativesOptions.Steps"/> divided by that share, once every slot has been used several times. It ends at the first use
    /// from <see cref="LongestChain"/> steps on.
    /// </summary>
    public override double? MeanChainSteps()
    {
        double lives = 1 - (double)FreshShare;
        if (LongestChain is not { } longest || Steps == 0)
            return FreshShare > 0 ? Steps / (double)FreshShare : null;
        // Of the chains of an update, a share that falls as lives^k has been used k + 1 times, up to the last use.
        double uses = Math.Ceiling((double)longest / Steps);
        return Steps * (lives == 1
            ? (uses + 1) / 2
            : 1 / (1 - lives) - uses * Math.Pow(lives, uses) / (1 - Math.Pow(lives, uses)));
    }

    /// <inheritdoc/>
    public override bool MixesAges() => Steps > 0 && FreshShare < 1 && MeanChainSteps() > Steps;

    /// <inheritdoc/>
    public override string Describe()
    {
        string text = string.Create(CultureInfo.InvariantCulture,
            $"a buffer of {Slots:N0} chains that start from noise, {StepsText()} per update; "
            + $"{FreshShare * 100:0.##}% of those used start afresh");
        return LongestChain is { } longest
            ? string.Create(CultureInfo.InvariantCulture, $"{text}, and all that have made {longest:N0} steps")
            : text;
    }

    /// <inheritdoc/>
    public override string Meaning() => MeanChainSteps() switch
    {
        > 0 and double mean => string.Create(CultureInfo.InvariantCulture,
            $"a short-run model: trained so that chains of about {mean:0} steps from noise look like the data, but not much longer ones"),
        0 => "a model of chains that make no steps: they are not meant to end at the data",
        _ => "a model of chains that never start afresh: chains from noise are not meant to look like the data",
    };
}

/// <summary>
/// Persistent contrastive divergence: chains continue from update to update in a replay buffer (Tieleman 2008; Du and Mordatch 2019).
/// </summary>
public sealed class BufferNegatives : Negatives
{
    private readonly float _freshShare;
    private readonly int _longest;
    private readonly int[] _slots;
    private readonly int[] _ages;
    private readonly bool[] _fresh;
    private readonly MoveProgram _out, _back, _keptOut, _keptBack;
    private readonly ChainMemory _kept;
    private int _drawn;

    /// <summary>Creates the source; the buffer starts as noise.</summary>
    /// <exception cref="InvalidInputException">The buffer is smaller than a batch.</exception>
    public BufferNegatives(NegativesContext context, BufferNegativesOptions options) : base(context, options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.Slots < Context.Batch)
        {
            throw new InvalidInputException($"objective.negatives.slots is {options.Slots}, fewer than the batch of {Context.Batch}. "
                + "Make the buffer larger, or the batch smaller.");
        }
        _freshShare = options.FreshShare;
        _longest = options.LongestChain ?? int.MaxValue;
        _slots = new int[Context.Batch];
        _ages = new int[Context.Batch];
        _fresh = new bool[Context.Batch];
        _out = new MoveProgram(this, back: false, ofKept: false);
        _back = new MoveProgram(this, back: true, ofKept: false);
        _keptOut = new MoveProgram(this, back: false, ofKept: true);
        _keptBack = new MoveProgram(this, back: true, ofKept: true);
        _kept = new ChainMemory(Context.Device, Sampler, options.Slots);
        Buffer = new ReplayBuffer(Context.Device, Context.Energy.Space, options.Slots, options.Initial ?? options.Slots, Context.Seed);
        _kept.Init(Sampler, Buffer.States);
    }

    /// <summary>The replay buffer.</summary>
    public ReplayBuffer Buffer { get; }

    /// <inheritdoc/>
    public override Rows? Chains => Buffer.States.Slice(0, Buffer.Filled);

    /// <inheritdoc/>
    public override ReadOnlySpan<int> Ages => _ages.AsSpan(0, _drawn);

    /// <inheritdoc/>
    public override int Slots => Buffer.Slots;

    /// <inheritdoc/>
    public override bool ReadsData => false;

    /// <inheritdoc/>
    public override bool MustMove => true;

    /// <inheritdoc/>
    public override IReadOnlyList<StateMemory> State => [.. Buffer.State, .. _kept.State("buffer")];

    /// <inheritdoc/>
    public override void AddEnds(Rows negatives, ICollection<DeviceProgram> ends)
    {
        base.AddEnds(negatives, ends);
        ends.Add(_back.Prepare(0, negatives));
        if (_kept.Declared.Count > 0)
            ends.Add(_keptBack.Prepare(0, negatives));
    }

    /// <inheritdoc/>
    public override void Keep(Rows negatives)
    {
        base.Keep(negatives);
        for (int i = 0; i < negatives.Count; i++)
        {
            Buffer.Note(_slots[i], _fresh[i], Steps);
            _ages[i] = Buffer.Ages[_slots[i]];
        }
        _drawn = negatives.Count;
    }

    /// <inheritdoc/>
    protected override DeviceProgram Start(long update, Rows data, Rows negatives)
    {
        RandomStream draws = new(Context.Seed, RandomPurpose.BufferSlots, (ulong)update);
        Buffer.Choose(draws, _freshShare, _slots.AsSpan(0, negatives.Count), _fresh.AsSpan(0, negatives.Count));
        for (int i = 0; i < negatives.Count; i++)
            _fresh[i] |= Buffer.Ages[_slots[i]] >= _longest;
        return _out.Prepare(update, negatives);
    }

    /// <inheritdoc/>
    protected override void AddMemory(Sampler sampler, Rows negatives, ICollection<DeviceProgram> programs)
    {
        base.AddMemory(sampler, negatives, programs);
        programs.Add(_keptOut.Prepare(0, negatives));
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        Buffer.Dispose();
        _kept.Dispose();
        base.Dispose(disposing);
    }

    /// <summary>
    /// Copies the chains, or their kept parts, out of their slots or back. The slots of a batch are distinct, so workers do not conflict.
    /// </summary>
    private sealed class MoveProgram(BufferNegatives source, bool back, bool ofKept) : DeviceProgram, IRowWork
    {
        private long _update;
        private Rows _negatives;

        public override string Name => back ? "chains on their way into the buffer" : "chains on their way out of the buffer";

        public override int Count => _negatives.Count;

        public override int BlockRows => 16;

        public MoveProgram Prepare(long update, Rows negatives)
        {
            (_update, _negatives) = (update, negatives);
            return this;
        }

        public string? WhyNotRows => ofKept ? "chains keep numbers besides their states" : null;

        public void Describe(IRowOperations rows)
        {
            ReadOnlySpan<int> slots = source._slots.AsSpan(0, Count);
            if (back)
            {
                rows.Scatter(_negatives, source.Buffer.States, slots);
                return;
            }
            rows.Gather(source.Buffer.States, slots, _negatives);
            int[] fresh = [.. Enumerable.Range(0, Count).Where(i => source._fresh[i])];
            rows.Fill(_negatives, fresh, (i, state) => source.FillNoise(_update, fresh[i], state));
        }

        protected override void Run(int start, int count, int lane)
        {
            for (int i = start; i < start + count; i++)
            {
                if (ofKept)
                    MoveKept(i);
                else
                    MoveState(i);
            }
        }

        private void MoveState(int i)
        {
            Span<float> slot = source.Buffer.States[source._slots[i]];
            if (back)
                _negatives[i].CopyTo(slot);
            else if (source._fresh[i])
                source.FillNoise(_update, _negatives, i);
            else
                slot.CopyTo(_negatives[i]);
        }

        // A fresh chain has its initial kept parts.
        private void MoveKept(int i)
        {
            for (int part = 0; part < source._kept.Parts.Length; part++)
            {
                Span<float> slot = source._kept.Parts[part][source._slots[i]], chain = source.Memory.Parts[part][i];
                if (back)
                    chain.CopyTo(slot);
                else if (!source._fresh[i])
                    slot.CopyTo(chain);
            }
        }
    }
}
