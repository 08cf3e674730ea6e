using System.Globalization;
using Joule.Compute;
using Joule.Energies;
using Joule.States;

namespace Joule.Samplers;

/// <summary>Options of <see cref="ParallelTempering"/>.</summary>
[Named("tempering", "parallel tempering: replicas at rising temperatures, advanced by any sampler, exchange their states",
    paper: "Geyer 1991; Okabe et al. 2001; Syed, Bouchard-Côté, Deligiannidis and Doucet 2022, arXiv:1905.02939")]
public sealed record ParallelTemperingOptions : SamplerOptions, IOptionRules, IAdaptableMass, ILearner
{
    private const double StepGain = 2;

    /// <summary>The sampler of every replica, with a temperature; its own is that of the chain, the lowest.</summary>
    public SamplerOptions Inner { get; init; } = new HamiltonianMonteCarloOptions();

    /// <summary>The number of replicas, if the ladder is not given: their temperatures rise geometrically.</summary>
    [Between(2, 1000)]
    public int Replicas { get; init; } = 6;

    /// <summary>The highest temperature, if the ladder is not given, as a multiple of the lowest.</summary>
    [Above(1)]
    public double Hottest { get; init; } = 20;

    /// <summary>
    /// The ladder: temperatures as multiples of the chain's own, rising from 1. Empty: <see cref="Replicas"/> from 1 to
    /// <see cref="Hottest"/>.
    /// </summary>
    public IReadOnlyList<double> Ladder { get; init => field = new EquatableList<double>(value); } = new EquatableList<double>([]);

    /// <summary>Whether a warm-up moves the temperatures between the lowest and the highest, to equal rejection.</summary>
    public bool AdaptLadder { get; init; } = true;

    /// <summary>Steps of each replica from one exchange to the next.</summary>
    [Between(1, 1_000_000)]
    public int SwapEvery { get; init; } = 1;

    /// <summary>
    /// Factors of the replicas' step sizes, besides what suits their temperatures on a quadratic energy. Empty: all are 1; a warm-up adapts
    /// those above the lowest temperature to the acceptance that the inner sampler aims at.
    /// </summary>
    public IReadOnlyList<double> StepFactors { get; init => field = new EquatableList<double>(value); } = new EquatableList<double>([]);

    /// <summary>The temperatures as multiples of the chain's own.</summary>
    public IReadOnlyList<double> Temperatures() => TemperatureLadder.Of(Ladder, Replicas, Hottest);

    /// <inheritdoc/>
    public override ParallelTempering Create(Energy energy) => new(energy, this);

    /// <inheritdoc/>
    public override ParallelTemperingOptions Scaled(double factor) => this with { Inner = Inner.Scaled(factor) };

    /// <inheritdoc/>
    public override ParallelTemperingOptions? Heated(double factor) =>
        Inner.Heated(factor) is { } heated ? this with { Inner = heated } : null;

    /// <inheritdoc/>
    public override double? EffectiveTemperature() => Inner.EffectiveTemperature();

    /// <inheritdoc/>
    public override double NoiseOfStep() => Inner.NoiseOfStep();

    /// <inheritdoc/>
    public override bool HasAcceptTest() => Inner.HasAcceptTest();

    /// <inheritdoc/>
    public override string StepName() => "tempering step";

    /// <inheritdoc/>
    public override string Describe()
    {
        IReadOnlyList<double> all = Temperatures();
        return string.Create(CultureInfo.InvariantCulture,
            $"{all.Count} temperatures from 1 to {all[^1]:G4} times the chain's, of {Catalogue.NameOf(Inner.GetType())}: ")
            + Inner.Describe();
    }

    /// <inheritdoc/>
    public override IAdaptable? Adaptable() => Inner.Adaptable() is null ? null : this;

    /// <inheritdoc/>
    public override IAdaptableMass? AdaptableMass() => Inner.AdaptableMass() is null ? null : this;

    double IAdaptable.StepSize => Inner.Adaptable()!.StepSize;

    double IAdaptable.TargetAcceptance => Inner.Adaptable()!.TargetAcceptance;

    SamplerOptions IAdaptable.WithStepSize(double stepSize) => this with { Inner = Inner.Adaptable()!.WithStepSize(stepSize) };

    // The acceptance that counts is the chain's own, and a single step of it needs no replicas.
    SamplerOptions IAdaptable.OneStep() => Inner.Adaptable()!.OneStep();

    MassMetric IAdaptableMass.Metric => Inner.AdaptableMass()!.Metric;

    SamplerOptions IAdaptableMass.WithInverseMass(IReadOnlyList<float> inverseMass) =>
        this with { Inner = Inner.AdaptableMass()!.WithInverseMass(inverseMass) };

    /// <summary>The options of each replica's sampler.</summary>
    internal SamplerOptions[] Replicated() => [.. Temperatures().Select((f, k) =>
    {
        SamplerOptions heated = f == 1 ? Inner : Inner.Heated(f)!;
        return StepFactors.Count == 0 || StepFactors[k] == 1 ? heated : heated.Scaled(StepFactors[k]);
    })];

    int ILearner.LearnedCount(int width) => 2 * Temperatures().Count;

    void ILearner.Learn(ChainMemory memory, Span<double> learned)
    {
        ArgumentNullException.ThrowIfNull(memory);
        IReadOnlyList<double> now = Temperatures();
        ReplicaTally.Sums sums = ReplicaTally.Of(memory, now.Count);
        Span<double> factors = learned[now.Count..];
        for (int k = 0; k < now.Count; k++)
        {
            factors[k] = StepFactors.Count == 0 ? 1 : StepFactors[k];
            // By up to a factor of e² a lesson: there are few, and an acceptance far from the target says only in which direction.
            if (k > 0 && Inner.Adaptable() is { } inner && sums.Acceptance[k] is { } acceptance)
                factors[k] *= Math.Exp(StepGain * (acceptance - inner.TargetAcceptance));
        }
        for (int k = 0; k < now.Count && !AdaptLadder; k++)
            learned[k] = now[k];
        if (AdaptLadder)
            TemperatureLadder.EqualRejection(now, sums.Rejection, learned[..now.Count]);
    }

    SamplerOptions ILearner.WithLearned(IReadOnlyList<double> learned) => this with
    {
        Ladder = [.. learned.Take(learned.Count / 2)],
        StepFactors = [.. learned.Skip(learned.Count / 2)],
    };

    /// <inheritdoc/>
    public void Validate(ICollection<string> problems, string path)
    {
        ArgumentNullException.ThrowIfNull(problems);
        if (Inner.Heated(2) is null)
        {
            problems.Add($"{path}inner is {Catalogue.NameOf(Inner.GetType())}, which has no temperature; "
                + "give a sampler that has one, for example hmc");
        }
        TemperatureLadder.Check(Ladder, problems, path);
        int count = Ladder.Count > 0 ? Ladder.Count : Replicas;
        if (StepFactors.Count != 0 && StepFactors.Count != count)
        {
            problems.Add($"{path}step_factors has {Counted.Of(StepFactors.Count, "number")}; it must have one for each of the {count} "
                + "temperatures, or none");
        }
        for (int k = 0; k < StepFactors.Count; k++)
        {
            if (StepFactors[k] is not > 0 || !double.IsFinite(StepFactors[k]))
            {
                problems.Add(string.Create(CultureInfo.InvariantCulture,
                    $"{path}step_factors.{k} is {StepFactors[k]}; it must be above 0 and finite"));
            }
        }
    }
}

/// <summary>
/// Parallel tempering (Geyer 1991; Swendsen and Wang 1986): a chain has replicas at temperatures T₁ &lt; T₂ &lt; …, which another sampler
/// advances; neighbours exchange their states with probability min(1, exp((1/Tₖ − 1/Tₖ₊₁)(Eₖ − Eₖ₊₁))). Hot replicas cross barriers, and
/// states come down from them. The chain is the coldest replica, and is exact if the inner sampler is.
/// </summary>
/// <remarks>
/// <para>Exchanges alternate between even and odd pairs, so that a state goes on in its direction (Okabe et al. 2001, Chemical Physics
/// Letters 335; Syed et al. 2022, arXiv:1905.02939, show why this non-reversible order is best). A warm-up moves the temperatures between
/// the lowest and the highest to equal rejection of all pairs, from the rejections so far (their algorithm 4), and adapts the replicas'
/// step sizes.</para>
/// <para>All replicas of a chain live in its own memory, so chains do not wait for each other, and results do not depend on threads. A
/// round trip is counted when a state has gone from the lowest temperature to the highest and back.</para>
/// <para>Replica k of K draws from part k of a step, and exchanges from part K. Acceptance, energies and gradients are those of the chain
/// itself.</para>
/// </remarks>
public sealed class ParallelTempering : Sampler
{
    private const int TallyPart = 0, OriginPart = 1, FirstReplica = 2;

    private readonly double[] _inverse;
    private readonly Sampler[] _samplers;
    private readonly int[] _firstKept;
    private readonly int _swapEvery;
    private readonly int _wideRows;
    private readonly int _numbers;

    /// <summary>Creates the sampler.</summary>
    /// <param name="energy">An energy that the inner sampler can run on.</param>
    /// <param name="options">The options.</param>
    /// <exception cref="InvalidInputException">
    /// An option is out of range (the message lists every violation), or the inner sampler refuses the energy.
    /// </exception>
    public ParallelTempering(Energy energy, ParallelTemperingOptions options) : base(energy)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.ThrowIfInvalid("the parallel tempering sampler");
        IReadOnlyList<double> factors = options.Temperatures();
        _samplers = [.. options.Replicated().Select(o => o.Create(energy))];
        if (_samplers[0].Phases > 1)
            throw new InvalidInputException("Chains that meet in every step cannot be replicas. Give another sampler as inner.");
        double cold = options.EffectiveTemperature() ?? 1;
        _inverse = [.. factors.Select(f => 1 / (f * cold))];
        _swapEvery = options.SwapEvery;
        _wideRows = _samplers.Max(s => s.ScratchRows);
        _numbers = _samplers.Max(s => s.ScratchNumbers);
        List<KeptPart> kept =
        [
            new(ReplicaTally.PartName, 2 * ReplicaTally.Numbers(_samplers.Length), IsTally: true),
            new("origins", 2 * ReplicaTally.Origins(_samplers.Length)),
            .. Enumerable.Range(1, _samplers.Length - 1).Select(k => new KeptPart($"replica_{k}", energy.Space.Width)),
        ];
        _firstKept = new int[_samplers.Length];
        for (int k = 0; k < _samplers.Length; k++)
        {
            _firstKept[k] = kept.Count;
            kept.AddRange(_samplers[k].Kept.Select(p => p with { Name = $"replica_{k}.{p.Name}" }));
        }
        Kept = kept;
    }

    /// <inheritdoc/>
    public override bool HasAcceptTest => _samplers[0].HasAcceptTest;

    /// <inheritdoc/>
    public override IReadOnlyList<KeptPart> Kept { get; }

    /// <inheritdoc/>
    public override int? MassPart => _samplers[0].MassPart is { } part ? _firstKept[0] + part : null;

    /// <inheritdoc/>
    public override int ScratchRows => (_samplers.Length - 1) * NestedPlace.WideRows + _wideRows;

    /// <inheritdoc/>
    public override int ScratchNumbers => (_samplers.Length - 1) * NestedPlace.Numbers + _numbers + NestedScratch.OwnNumbers;

    /// <inheritdoc/>
    public override void Init(Device device, in ChainStart start)
    {
        ReplicaTally.Start(start.Kept(OriginPart).Doubles, start.States.Count, _samplers.Length);
        for (int k = 0; k < _samplers.Length; k++)
        {
            Rows states = k == 0 ? start.States : start.Kept(FirstReplica + k - 1);
            if (k > 0)
                start.States.Span.CopyTo(states.Span);
            _samplers[k].Init(device, start.Inner(states, _firstKept[k]));
        }
    }

    /// <inheritdoc/>
    public override void Step(Device device, in ChainBlock block)
    {
        Advance(device, block);
        if ((block.Noise.Step + 1) % (ulong)_swapEvery == 0)
            Exchange(block, (int)(block.Noise.Step / (ulong)_swapEvery % 2));
    }

    /// <inheritdoc/>
    public override IReadOnlyList<SamplerFigure> Figures(ChainMemory memory, long steps)
    {
        ArgumentNullException.ThrowIfNull(memory);
        return ReplicaTally.Of(memory, _samplers.Length).Figures([.. _inverse.Select(b => _inverse[0] / b)]);
    }

    private void Advance(Device device, in ChainBlock block)
    {
        int count = block.States.Count;
        BlockScratch scratch = new(block);
        NestedScratch shared = NestedScratch.Take(ref scratch, count, block.States.Width, _wideRows, _numbers);
        ReplicaTally tally = new(block.Kept(TallyPart).Doubles, block.Kept(OriginPart).Doubles, _samplers.Length);
        for (int k = 0; k < _samplers.Length; k++)
        {
            Sampler sampler = _samplers[k];
            Rows states = States(block, k);
            NestedPlace place = Place(block, k, ref scratch);
            shared.ClearCounts();
            sampler.Step(device, shared.Block(sampler, block, states, place, block.Noise.Part(k), block.FirstChain, block.Continues,
                _firstKept[k]));
            if (!sampler.HasAcceptTest)
                Energy.Evaluate(states, place.Energies); // they were those of the states before
            for (int i = 0; i < count && HasAcceptTest; i++)
                tally.Count(i, k, shared.Accepted[i]);
            for (int i = 0; i < count && k == 0 && HasAcceptTest; i++)
            {
                block.Accepted[i] += shared.Accepted[i];
                block.Divergent[i] += shared.Divergent[i];
                block.EnergyErrors[i] += shared.Errors[i];
            }
            for (int i = 0; i < count && k > 0; i++)
            {
                // A replica that is not finite stops its chain, as the chain's own state would.
                if (!float.IsFinite(place.Energies.Span[i]) || !float.IsFinite(place.Norms.Span[i]))
                    (block.Energies[i], block.SquaredNorms[i]) = (place.Energies.Span[i], place.Norms.Span[i]);
            }
        }
    }

    /// <summary>Offers the exchange of states to the pairs (0, 1), (2, 3), … or (1, 2), (3, 4), …</summary>
    private void Exchange(in ChainBlock block, int first)
    {
        int count = block.States.Count;
        BlockScratch scratch = new(block);
        _ = NestedScratch.Take(ref scratch, count, block.States.Width, _wideRows, _numbers);
        RandomStream draws = block.Noise.Part(_samplers.Length);
        ReplicaTally tally = new(block.Kept(TallyPart).Doubles, block.Kept(OriginPart).Doubles, _samplers.Length);
        NestedPlace cold = Place(block, 0, ref scratch);
        for (int k = 0; k + 1 < _samplers.Length; k++)
        {
            NestedPlace hot = Place(block, k + 1, ref scratch);
            for (int i = 0; i < count && k % 2 == first; i++)
            {
                double logChance = (_inverse[k] - _inverse[k + 1]) * ((double)cold.Energies.Span[i] - hot.Energies.Span[i]);
                double uniform = draws.OpenUniform(block.FirstChain + (uint)i, k);
                bool accepts = LeapfrogTransition.Passes(uniform, logChance);
                tally.Offer(i, k, logChance, accepts);
                if (!accepts)
                    continue;
                Swap(States(block, k), States(block, k + 1), i);
                Swap(cold.Gradient, hot.Gradient, i);
                Swap(cold.Energies, hot.Energies, i);
                Swap(cold.Norms, hot.Norms, i);
            }
            cold = hot;
        }
        for (int i = 0; i < count; i++)
            tally.Visit(i);
    }

    private static void Swap(Rows a, Rows b, int row)
    {
        Span<float> x = a[row], y = b[row];
        for (int i = 0; i < x.Length; i++)
            (x[i], y[i]) = (y[i], x[i]);
    }

    private static Rows States(in ChainBlock block, int replica) => replica == 0 ? block.States : block.Kept(FirstReplica + replica - 1);

    private static NestedPlace Place(in ChainBlock block, int replica, ref BlockScratch scratch) => replica == 0
        ? new NestedPlace(block.Gradient, block.EnergyRows, block.NormRows)
        : NestedPlace.Take(ref scratch, block.States.Count, block.States.Width);
}
