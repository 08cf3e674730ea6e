namespace Joule.Gpu.Plans;

/// <summary>
/// The left factor of a product, which no memory need hold as a matrix: row (chain, position) begins at a float that depends on both, and
/// its terms lie in runs, one below the other. For a convolution these are the rows of its kernel.
/// </summary>
/// <param name="Depth">Terms of a row.</param>
/// <param name="Floats">Floats from one chain to the next.</param>
internal sealed record ProductSource(int Depth, int Floats)
{
    /// <summary>Rows of a chain.</summary>
    public int Positions { get; init; } = 1;

    /// <summary>Positions beside each other.</summary>
    public int Columns { get; init; } = 1;

    /// <summary>Floats from one position to the one below.</summary>
    public int RowStep { get; init; }

    /// <summary>Floats from one position to the next.</summary>
    public int ColumnStep { get; init; }

    /// <summary>The float of the first term of the first row.</summary>
    public int First { get; init; }

    /// <summary>Terms of a run.</summary>
    public int RunFloats { get; init; } = Depth;

    /// <summary>Floats from one run to the next.</summary>
    public int RunStep { get; init; }

    /// <summary>Whether four terms lie at a multiple of 16 bytes.</summary>
    public bool IsWide => (Floats | RowStep | ColumnStep | First | RunFloats | RunStep | Depth) % 4 == 0;

    /// <summary>A matrix with rows one after the other.</summary>
    /// <param name="depth">Its columns.</param>
    public static ProductSource Matrix(int depth) => new(depth, depth);

    /// <summary>What a linear job reads.</summary>
    public static ProductSource Of(LinearJob job)
    {
        Plane plane = job.Source;
        return new ProductSource(job.Runs * job.RunFloats, plane.Floats)
        {
            Positions = job.Positions,
            Columns = job.Columns,
            RowStep = job.Positions == 1 ? 0 : job.Step * plane.RowFloats,
            ColumnStep = job.Positions == 1 ? 0 : job.Step * plane.PixelFloats,
            First = plane.Pixel(job.FirstRow, job.FirstColumn),
            RunFloats = job.RunFloats,
            RunStep = plane.RowFloats,
        };
    }
}
