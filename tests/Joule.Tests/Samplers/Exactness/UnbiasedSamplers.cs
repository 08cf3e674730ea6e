using Joule.Samplers;

namespace Joule.Tests.Samplers;

/// <summary>
/// The samplers of the catalogue without bias: those with an accept test, found by themselves, so that a new one joins every test that
/// reads this list.
/// </summary>
internal static class UnbiasedSamplers
{
    public static IReadOnlyList<string> Names { get; } =
        [.. Catalogue.Of(typeof(SamplerOptions)).Select(s => s.Named.Name).Where(name => Options(name).HasAcceptTest())];

    /// <summary>Options of a sampler, as its defaults are.</summary>
    public static SamplerOptions Options(string name) => (SamplerOptions)Activator.CreateInstance(
        Catalogue.Of(typeof(SamplerOptions)).Single(s => s.Named.Name == name).Type)!;
}
