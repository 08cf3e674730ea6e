using Joule.Objectives;

namespace Joule.Cli.Commands;

/// <summary><c>joule objectives</c>: lists the objectives with their sources, keys and defaults.</summary>
internal sealed class ObjectivesCommand() : KindsCommand(
    "objectives",
    "List the objectives, what a training minimises: what each is, where it was published, and its keys with their defaults.",
    typeof(ObjectiveOptions),
    new Example("joule objectives", "List the objectives."),
    new Example("joule train moons --set objective=contrastive_divergence --set objective.negatives.steps=40",
        "Use one of them with its defaults, and change a key."));
