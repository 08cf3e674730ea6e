namespace Joule.Gpu.Plans;

/// <summary>
/// A linear job, and where its outputs go: position (row, column) to the pixel (Step·row + RowPhase, Step·column + ColumnPhase).
/// </summary>
/// <param name="Job">The map.</param>
internal sealed record PlacedJob(LinearJob Job)
{
    /// <summary>Pixels from one position to the next.</summary>
    public int Step { get; init; } = 1;

    /// <summary>The first row.</summary>
    public int RowPhase { get; init; }

    /// <summary>The first column.</summary>
    public int ColumnPhase { get; init; }

    /// <summary>Whether the outputs of a position are Step × Step pixels of a plane of one channel, not the channels of a pixel.</summary>
    public bool IsTile { get; init; }

    /// <summary>Whether the outputs of the one position are all floats of the plane, without its border.</summary>
    public bool IsWhole { get; init; }
}
