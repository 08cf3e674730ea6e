using Joule.Energies;

namespace Joule.Samplers;

/// <summary>Options of a sampler. To add a sampler is to add one file: a record that derives from this and carries a <see cref="NamedAttribute"/>, and the sampler.</summary>
[DefaultType("langevin")]
public abstract record SamplerOptions
{
    /// <summary>Makes the sampler for an energy.</summary>
    /// <exception cref="InvalidInputException">An option is out of range, or the energy lacks what the sampler needs: a gradient, or a domain that it can walk. What is missing is named.</exception>
    public abstract Sampler Create(Energy energy);

    /// <summary>Adds to a list whatever is out of range.</summary>
    /// <param name="problems">The list.</param>
    /// <param name="path">What comes before a key in a message, for example <c>sampling.sampler.</c>.</param>
    public abstract void Validate(ICollection<string> problems, string path);

    /// <summary>The same chain with steps of another size, as after a divergence.</summary>
    /// <param name="factor">What the step size is multiplied with, above 0.</param>
    public abstract SamplerOptions Scaled(double factor);

    /// <summary>The temperature at which the chain is in balance, where its options say one.</summary>
    public virtual double? EffectiveTemperature() => null;
}
