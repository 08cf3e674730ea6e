using Joule.Samplers;

namespace Joule.Cli.Commands;

/// <summary><c>joule samplers</c>: lists the samplers with their sources, keys and defaults.</summary>
internal sealed class SamplersCommand() : KindsCommand(
    "samplers",
    "List the samplers: what each is, where it was published, and its keys with their defaults.",
    typeof(SamplerOptions),
    new Example("joule samplers", "List the samplers."),
    new Example("joule sample runs/mine --sampler mala --set step_size=0.001", "Use one of them. --set takes its keys."));
