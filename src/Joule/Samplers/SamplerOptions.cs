using System.Globalization;
using System.Text;
using Joule.Energies;

namespace Joule.Samplers;

/// <summary>
/// Options of a sampler. To add a sampler is to add one file: a record that derives from this and carries a <see cref="NamedAttribute"/>,
/// and the sampler.
/// </summary>
[DefaultType("langevin", SharesKeys = false)]
public abstract record SamplerOptions
{
    /// <summary>Makes the sampler for an energy.</summary>
    /// <exception cref="InvalidInputException"> An option is out of range, or the energy lacks what the sampler needs: a gradient, or a
    /// domain that it can walk. What is missing is named. </exception>
    public abstract Sampler Create(Energy energy);

    /// <summary>The same chain with steps of another size, as after a divergence.</summary>
    /// <param name="factor">What the step size is multiplied with, above 0.</param>
    public abstract SamplerOptions Scaled(double factor);

    /// <summary>The temperature at which the chain is in balance; null where the options do not say one.</summary>
    public virtual double? EffectiveTemperature() => null;

    /// <summary>
    /// How far the noise of one step moves a number, as a standard deviation in units of the state. A training whose chains move much less
    /// than this is stuck. 0 where a chain may rightly stay where it is, as with an accept test.
    /// </summary>
    public virtual double NoiseOfStep() => 0;

    /// <summary>Whether a step is a proposal that may be rejected, so that there is an acceptance to look at: <see
    /// cref="Sampler.HasAcceptTest"/>.</summary>
    public virtual bool HasAcceptTest() => false;

    /// <summary>What one step is called in messages, in the singular, for example <c>Langevin step</c>.</summary>
    public virtual string StepName() => $"{Catalogue.NameOf(GetType()) ?? GetType().Name} step";

    /// <summary>A number of steps in words, for example <c>20 Langevin steps</c>.</summary>
    public string StepsText(int steps)
    {
        string name = StepName();
        return steps == 1 ? $"1 {name}" : $"{steps} {(name.EndsWith('y') ? $"{name[..^1]}ies" : $"{name}s")}";
    }

    /// <summary>The options in a few words, for example <c>step size 0.1, temperature 1</c>. Keys that are null are left out.</summary>
    public virtual string Describe()
    {
        StringBuilder text = new();
        foreach (OptionKey key in OptionKey.Of(GetType()))
        {
            if (key.Get(this) is { } value)
                text.Append(text.Length > 0 ? ", "
                    : "").Append(key.Name.Replace('_', ' ')).Append(' ').Append(Convert.ToString(value, CultureInfo.InvariantCulture));
        }
        return text.ToString();
    }

    /// <summary>Raises one error that lists everything that is out of range.</summary>
    /// <param name="sampler">What the sampler is called, for example <c>the Langevin sampler</c>.</param>
    /// <exception cref="InvalidInputException">An option is out of range.</exception>
    public void ThrowIfInvalid(string sampler)
    {
        List<string> problems = [];
        OptionsCheck.Add(this, problems);
        if (problems.Count > 0)
            throw new InvalidInputException($"The options of {sampler} cannot be used: {string.Join("; ", problems)}.");
    }
}
