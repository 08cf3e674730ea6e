using Joule.Data;
using Joule.States;

namespace Joule.Runs;

/// <summary>What a model file says of itself, without its weights.</summary>
/// <param name="Shape">The shape of a state.</param>
/// <param name="Config">The configuration that it was trained by.</param>
public sealed record ModelDescription(Shape Shape, RunConfig Config)
{
    /// <summary>How its states are laid out.</summary>
    public StateSpace Space => Config.Data is ImageDataOptions images ? StateSpace.Box(Shape, images.Low, images.High) : StateSpace.Real(Shape);

    /// <summary>How the images that it was trained on were read and shared out; null where it is not known.</summary>
    public DataReport? Data { get; init; }
}
