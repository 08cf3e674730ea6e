using Joule.Data;
using Joule.States;

namespace Joule.Runs;

/// <summary>What a model file says of itself, without its weights.</summary>
/// <param name="Config">The configuration that it was trained by.</param>
/// <param name="Transform">What turns raw input into its states.</param>
public sealed record ModelDescription(RunConfig Config, DataTransform Transform)
{
    /// <summary>How its states are laid out.</summary>
    public StateSpace Space => Transform.Space;

    /// <summary>How the data that it was trained on were read and shared out; null where it is not known.</summary>
    public DataReport? Data { get; init; }
}
