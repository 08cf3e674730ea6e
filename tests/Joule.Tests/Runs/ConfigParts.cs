using Joule.Data;
using Joule.Energies;
using Joule.Networks;
using Joule.Objectives;
using Joule.Runs;

namespace Joule.Tests.Runs;

/// <summary>Parts of a configuration with images, a network energy and contrastive divergence.</summary>
internal static class ConfigParts
{
    public static ImageDataOptions Images(this RunConfig config) => (ImageDataOptions)config.Data;

    public static ImageDataTransform Transform(
        this RunConfig config, int channels, int height, int width, string? type = null, string? layout = null) =>
        new(config.Images(), new ImageFit { Channels = channels, Height = height, Width = width, Type = type, Layout = layout });

    public static NetworkEnergyOptions Network(this RunConfig config) => (NetworkEnergyOptions)config.Energy;

    public static NegativesOptions Negatives(this RunConfig config) => ((ContrastiveDivergenceOptions)config.Objective).Negatives;

    public static RunConfig On(this RunConfig config, string source) => config with { Data = config.Data with { Source = source } };

    public static RunConfig With(this RunConfig config, params Layer[] layers) =>
        config with { Energy = config.Network() with { Layers = layers } };

    public static RunConfig With(this RunConfig config, NegativesOptions negatives) =>
        config with { Objective = (ContrastiveDivergenceOptions)config.Objective with { Negatives = negatives } };
}
