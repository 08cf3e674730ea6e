using System.Globalization;
using Joule.Compute;
using Joule.Energies;
using Joule.States;

namespace Joule.Samplers;

/// <summary>Options of <see cref="TemperedTransitions"/>.</summary>
[Named("tempered_transitions", "tempered transitions: each step goes up a ladder of temperatures and down again, with an accept test",
    paper: "Neal 1996, Statistics and Computing 6:353")]
public sealed record TemperedTransitionsOptions : SamplerOptions, IOptionRules
{
    /// <summary>The sampler at every temperature: one with a temperature and an accept test that keeps nothing between its steps.</summary>
    public SamplerOptions Inner { get; init; } = new HamiltonianMonteCarloOptions();

    /// <summary>The number of temperatures, if the ladder is not given: they rise geometrically.</summary>
    [Between(2, 1000)]
    public int Temperatures { get; init; } = 8;

    /// <summary>The highest temperature, if the ladder is not given, as a multiple of the lowest.</summary>
    [Above(1)]
    public double Hottest { get; init; } = 10;

    /// <summary>
    /// The ladder: temperatures as multiples of the chain's own, rising from 1. Empty: <see cref="Temperatures"/> from 1 to
    /// <see cref="Hottest"/>.
    /// </summary>
    public IReadOnlyList<double> Ladder { get; init => field = new EquatableList<double>(value); } = new EquatableList<double>([]);

    /// <summary>Steps of the inner sampler at each temperature, on the way up and on the way down.</summary>
    [Between(1, 1000)]
    public int StepsPerTemperature { get; init; } = 1;

    /// <summary>The temperatures as multiples of the chain's own.</summary>
    public IReadOnlyList<double> Factors() => TemperatureLadder.Of(Ladder, Temperatures, Hottest);

    /// <inheritdoc/>
    public override TemperedTransitions Create(Energy energy) => new(energy, this);

    /// <inheritdoc/>
    public override TemperedTransitionsOptions Scaled(double factor) => this with { Inner = Inner.Scaled(factor) };

    /// <inheritdoc/>
    public override TemperedTransitionsOptions? Heated(double factor) =>
        Inner.Heated(factor) is { } heated ? this with { Inner = heated } : null;

    /// <inheritdoc/>
    public override double? EffectiveTemperature() => Inner.EffectiveTemperature();

    /// <inheritdoc/>
    public override bool HasAcceptTest() => true;

    /// <inheritdoc/>
    public override string StepName() => "tempered transition";

    /// <inheritdoc/>
    public override string Describe()
    {
        IReadOnlyList<double> all = Factors();
        return string.Create(CultureInfo.InvariantCulture,
            $"{all.Count} temperatures from 1 to {all[^1]:G4} times the chain's, {Counted.Of(StepsPerTemperature, "step")} at each, of "
            + $"{Catalogue.NameOf(Inner.GetType())}: {Inner.Describe()}");
    }

    /// <inheritdoc/>
    public void Validate(ICollection<string> problems, string path)
    {
        ArgumentNullException.ThrowIfNull(problems);
        if (Inner.Heated(2) is null || !Inner.HasAcceptTest())
        {
            problems.Add($"{path}inner is {Catalogue.NameOf(Inner.GetType())}; it must have a temperature and an accept test, "
                + "for example hmc");
        }
        TemperatureLadder.Check(Ladder, problems, path);
        long parts = 2L * (Factors().Count - 1) * StepsPerTemperature;
        if (parts >= RandomStream.MostParts)
        {
            problems.Add($"{path}steps_per_temperature is {StepsPerTemperature}, which makes {parts:N0} inner steps of each transition; "
                + $"it must make fewer than {RandomStream.MostParts:N0}");
        }
    }
}

/// <summary>
/// Tempered transitions (Neal, "Sampling from multimodal distributions using tempered transitions", Statistics and Computing 6:353, 1996):
/// a step takes the state up a ladder of temperatures and down again, by another sampler at each, and accepts where it ends with
/// probability min(1, exp(Σₖ (1/Tₖ − 1/Tₖ₊₁)(E(x̂ₖ) − E(x̌ₖ)))), where x̂ₖ is the state on the way up before the temperature rises from Tₖ
/// to Tₖ₊₁, and x̌ₖ that on the way down after it has fallen to Tₖ. It crosses barriers in one step. It is exact if the inner sampler is
/// reversible at each temperature, as those with an accept test are.
/// </summary>
/// <remarks>
/// Inner step j of a transition draws from part j of the step, and the accept test from the next. Inner proposals that diverge are
/// rejected there, and counted apart, in <see cref="Sampler.Figures"/>: they do not make the transition divergent.
/// </remarks>
public sealed class TemperedTransitions : Sampler
{
    private const string InnerPart = "inner";

    private readonly IDifferentiable _energy;
    private readonly double[] _inverse;
    private readonly Sampler[] _samplers;
    private readonly int _steps;
    private readonly int _wideRows;
    private readonly int _numbers;

    /// <summary>Creates the sampler.</summary>
    /// <param name="energy">An energy with a gradient that the inner sampler can run on.</param>
    /// <param name="options">The options.</param>
    /// <exception cref="InvalidInputException">
    /// An option is out of range (the message lists every violation), or the inner sampler refuses the energy.
    /// </exception>
    public TemperedTransitions(Energy energy, TemperedTransitionsOptions options) : base(energy)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.ThrowIfInvalid("the sampler of tempered transitions");
        IReadOnlyList<double> factors = options.Factors();
        _samplers = [.. factors.Skip(1).Select(f => options.Inner.Heated(f)!.Create(energy))];
        NestedScratch.RequireNoMemory(_samplers[0], "Tempered transitions");
        _energy = energy.Require<IDifferentiable>("Tempered transitions");
        double cold = options.EffectiveTemperature() ?? 1;
        _inverse = [.. factors.Select(f => 1 / (f * cold))];
        _steps = options.StepsPerTemperature;
        _wideRows = _samplers.Max(s => s.ScratchRows);
        _numbers = _samplers.Max(s => s.ScratchNumbers);
    }

    /// <inheritdoc/>
    public override bool HasAcceptTest => true;

    /// <inheritdoc/>
    public override IReadOnlyList<KeptPart> Kept { get; } = [new KeptPart(InnerPart, 2 * 2, IsTally: true)];

    /// <inheritdoc/>
    public override int ScratchRows => 1 + NestedPlace.WideRows + _wideRows;

    /// <inheritdoc/>
    public override int ScratchNumbers => 1 + NestedPlace.Numbers + _numbers + NestedScratch.OwnNumbers;

    /// <inheritdoc/>
    public override void Step(Device device, in ChainBlock block)
    {
        int count = block.States.Count, width = block.States.Width, rungs = _samplers.Length;
        BlockScratch scratch = new(block);
        Rows states = scratch.Wide(count, width);
        NestedPlace here = new(block.Gradient, block.EnergyRows, block.NormRows), place = NestedPlace.Take(ref scratch, count, width);
        Span<double> logChance = scratch.Numbers(count).Doubles;
        NestedScratch shared = NestedScratch.Take(ref scratch, count, width, _wideRows, _numbers);
        if (!block.Continues)
            here.Evaluate(_energy, block.States);
        block.States.Span.CopyTo(states.Span);
        here.CopyTo(place);
        shared.ClearCounts();
        logChance.Clear();
        int part = 0;
        for (int k = 0; k < rungs; k++)
        {
            Add(_inverse[k] - _inverse[k + 1], place.Energies, logChance);
            Advance(device, block, k, states, place, shared, ref part);
        }
        for (int k = rungs - 1; k >= 0; k--)
        {
            Advance(device, block, k, states, place, shared, ref part);
            Add(_inverse[k + 1] - _inverse[k], place.Energies, logChance);
        }
        RandomStream draws = block.Noise.Part(part);
        Span<double> inner = block.Kept(0).Doubles;
        for (int i = 0; i < count; i++)
        {
            inner[2 * i] += shared.Accepted[i];
            inner[2 * i + 1] += shared.Divergent[i];
            if (double.IsFinite(logChance[i]))
                block.EnergyErrors[i] += Math.Abs(logChance[i]);
            if (!here.IsFinite(i) || !place.IsFinite(i)
                || !LeapfrogTransition.Passes(draws.OpenUniform(block.FirstChain + (uint)i, 0), logChance[i]))
            {
                continue;
            }
            states[i].CopyTo(block.States[i]);
            place.CopyTo(here, i);
            block.Accepted[i]++;
        }
    }

    /// <inheritdoc/>
    public override IReadOnlyList<SamplerFigure> Figures(ChainMemory memory, long steps)
    {
        ArgumentNullException.ThrowIfNull(memory);
        double[] all = memory.ReadNumbers(InnerPart);
        double accepted = 0, divergent = 0;
        for (int i = 0; i < all.Length; i += 2)
            (accepted, divergent) = (accepted + all[i], divergent + all[i + 1]);
        double proposals = 2.0 * _samplers.Length * _steps * steps * memory.Chains;
        double acceptance = proposals > 0 ? accepted / proposals : 0;
        return
        [
            new SamplerFigure("inner_acceptance", acceptance, string.Create(CultureInfo.InvariantCulture,
                $"inner acceptance {acceptance:0.###}; {Counted.Of((long)divergent, "divergent inner proposal")} of {proposals:N0}")),
        ];
    }

    private void Advance(Device device, in ChainBlock block, int rung, Rows states, in NestedPlace place, in NestedScratch shared,
        ref int part)
    {
        Sampler sampler = _samplers[rung];
        for (int s = 0; s < _steps; s++)
        {
            sampler.Step(device, shared.Block(sampler, block, states, place, block.Noise.Part(part++), block.FirstChain,
                continues: true));
        }
    }

    private static void Add(double factor, Rows energies, Span<double> sums)
    {
        Span<float> values = energies.Span;
        for (int i = 0; i < values.Length; i++)
            sums[i] += factor * values[i];
    }
}
