using Joule.Samplers;

namespace Joule.Objectives;

/// <summary>Options of an objective. To add an objective is to add one file: a record that derives from this and carries a <see cref="NamedAttribute"/>, and the objective.</summary>
[DefaultType("contrastive_divergence")]
public abstract record ObjectiveOptions
{
    /// <summary>
    /// The sampler that the training moves chains by, and that samples are drawn by where the configuration names no other; null where
    /// there are no chains.
    /// </summary>
    public virtual SamplerOptions? ChainSampler() => null;
}
