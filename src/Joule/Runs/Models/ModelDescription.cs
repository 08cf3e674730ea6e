using Joule.Data;
using Joule.States;

namespace Joule.Runs;

/// <summary>A model file's description, without its weights.</summary>
/// <param name="Config">The configuration of its training.</param>
/// <param name="Transform">Converts raw input to its states.</param>
public sealed record ModelDescription(RunConfig Config, DataTransform Transform)
{
    /// <summary>The layout of its states.</summary>
    public StateSpace Space => Transform.Space;

    /// <summary>How the training data were read and split; null if unknown.</summary>
    public DataReport? Data { get; init; }
}
