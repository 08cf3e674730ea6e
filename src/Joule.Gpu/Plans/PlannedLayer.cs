using Joule.Compute;

namespace Joule.Gpu.Plans;

/// <summary>A hidden layer of a plan: a linear map and its function.</summary>
/// <param name="Forward">The map.</param>
/// <param name="Reverse">The map back to its inputs, in one or several jobs that fill different pixels.</param>
/// <param name="Output">Its values; those of the last layer are not kept.</param>
/// <param name="Gradient">The gradient with respect to what the function reads.</param>
internal sealed record PlannedLayer(LinearJob Forward, IReadOnlyList<ReverseJob> Reverse, Plane Output, Plane Gradient)
{
    /// <summary>The function; null: none.</summary>
    public PointwiseFunction? Function { get; set; }

    /// <summary>Its parameter.</summary>
    public float Parameter { get; set; }

    /// <summary>The bias of an output channel.</summary>
    public required Func<int, float> Bias { get; init; }

    /// <summary>The float of <see cref="LayerPlan.Weights"/> with the first bias.</summary>
    public int BiasAt { get; set; }

    /// <summary>The byte of the slopes: one chain's after the other's, pixels without a border.</summary>
    public int SlopesAt { get; set; }
}

/// <summary>A part of a map back to the inputs: the pixels (Step·row + RowPhase, Step·column + ColumnPhase).</summary>
/// <param name="Job">The map.</param>
/// <param name="RowPhase">The first row.</param>
/// <param name="ColumnPhase">The first column.</param>
/// <param name="Step">Pixels from one position to the next.</param>
internal sealed record ReverseJob(LinearJob Job, int RowPhase, int ColumnPhase, int Step)
{
    /// <summary>Whether the outputs of a position are Step × Step pixels of a plane of one channel, not the channels of a pixel.</summary>
    public bool IsTile { get; init; }
}
