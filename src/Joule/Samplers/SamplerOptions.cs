using System.Globalization;
using System.Text;
using Joule.Energies;

namespace Joule.Samplers;

/// <summary>
/// Options of a sampler. To add a sampler, add one file: a record that derives from this and has a <see cref="NamedAttribute"/>, and the
/// sampler.
/// </summary>
[DefaultType("langevin", SharesKeys = false)]
public abstract record SamplerOptions
{
    /// <summary>Creates the sampler for an energy.</summary>
    /// <exception cref="InvalidInputException">
    /// An option is out of range, or the energy lacks what the sampler needs: a gradient, or a domain. The message names it.
    /// </exception>
    public abstract Sampler Create(Energy energy);

    /// <summary>The same chain with another step size, for example after a divergence.</summary>
    /// <param name="factor">Factor of the step size, above 0.</param>
    public abstract SamplerOptions Scaled(double factor);

    /// <summary>
    /// The same chain at another temperature, with the step size that suits it there: on a quadratic energy, it is accepted as often. Null
    /// if the options have no temperature.
    /// </summary>
    /// <param name="factor">Factor of the temperature, above 0.</param>
    public virtual SamplerOptions? Heated(double factor) => null;

    /// <summary>The temperature of the chain's stationary distribution; null if the options do not define one.</summary>
    public virtual double? EffectiveTemperature() => null;

    /// <summary>
    /// The standard deviation of a step's noise per number, in units of the state. Training chains that move much less are stuck. 0 if a
    /// chain may stay where it is, as with an accept test.
    /// </summary>
    public virtual double NoiseOfStep() => 0;

    /// <summary>Whether a step is a proposal that may be rejected (<see cref="Sampler.HasAcceptTest"/>).</summary>
    public virtual bool HasAcceptTest() => false;

    /// <summary>The options as those whose step size a warm-up can adapt; null if it cannot.</summary>
    public virtual IAdaptable? Adaptable() => this as IAdaptable;

    /// <summary>The options as those whose masses a warm-up can adapt; null if it cannot.</summary>
    public virtual IAdaptableMass? AdaptableMass() => this as IAdaptableMass;

    /// <summary>Whether a warm-up can adapt anything: step size, masses, or what the sampler learns by itself.</summary>
    public bool CanAdapt() => Adaptable() is not null || this is ILearner;

    /// <summary>Whether chains end in modes instead of drawing from exp(−E/T).</summary>
    public virtual bool IsModeSeeking() => false;

    /// <summary>
    /// Whether chains act on each other, so that only all of them together are a sample: R-hat and effective sample sizes mean nothing.
    /// </summary>
    public virtual bool ChainsInteract() => false;

    /// <summary>The name of one step in messages, singular, for example <c>Langevin step</c>.</summary>
    public virtual string StepName() => $"{Catalogue.NameOf(GetType()) ?? GetType().Name} step";

    /// <summary>A number of steps in words, for example <c>20 Langevin steps</c>.</summary>
    public string StepsText(int steps)
    {
        string name = StepName();
        return steps == 1 ? $"1 {name}" : $"{steps} {(name.EndsWith('y') ? $"{name[..^1]}ies" : $"{name}s")}";
    }

    /// <summary>The options in a few words, for example <c>step size 0.1, temperature 1</c>, without keys that are null.</summary>
    public virtual string Describe()
    {
        StringBuilder text = new();
        foreach (OptionKey key in OptionKey.Of(GetType()))
        {
            if (key.Get(this) is not { } value)
                continue;
            text.Append(text.Length > 0 ? ", " : "").Append(key.Name.Replace('_', ' ')).Append(' ');
            string shown = Convert.ToString(value, CultureInfo.InvariantCulture)!;
            text.Append(value is Enum ? shown.ToLowerInvariant() : shown);
        }
        return text.ToString();
    }

    /// <summary>Checks all ranges.</summary>
    /// <param name="sampler">The sampler's name, for example <c>the Langevin sampler</c>.</param>
    /// <exception cref="InvalidInputException">An option is out of range; the message lists every violation.</exception>
    public void ThrowIfInvalid(string sampler)
    {
        List<string> problems = [];
        OptionsCheck.Add(this, problems);
        if (problems.Count > 0)
            throw new InvalidInputException($"The options of {sampler} cannot be used: {string.Join("; ", problems)}.");
    }
}
