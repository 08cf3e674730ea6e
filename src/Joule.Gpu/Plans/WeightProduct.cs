namespace Joule.Gpu.Plans;

/// <summary>
/// The sums of a <see cref="WeightJob"/> as a product over global memory: a row for each channel of the anchor, a column for each tap and
/// channel of the window, and a term for each pixel of the anchor of each chain. The sums of a bias are one row, with a column for each
/// channel.
/// </summary>
internal sealed class WeightProduct
{
    /// <summary>Describes a job.</summary>
    /// <param name="job">The job; its parameters lie at even distances.</param>
    /// <param name="anchorFloats">Floats from one chain of the anchor to the next.</param>
    /// <exception cref="ArgumentException">The parameters do not lie at even distances.</exception>
    public WeightProduct(WeightJob job, int anchorFloats)
    {
        Plane anchor = job.Anchor;
        Anchor = PixelWalk.Of(anchor, anchor, anchorFloats);
        int taps = job.Height * job.Width;
        if (job.Window is { } window)
        {
            Window = PixelWalk.Of(anchor, window, window.Floats, job.Step, -job.Padding);
            (RunFloats, RunStep) = (job.Width * window.PixelFloats, window.RowFloats);
            (Rows, Columns) = (anchor.Channels, (taps * window.PixelFloats + 3) / 4 * 4);
        }
        else
        {
            (Rows, Columns) = (1, (anchor.PixelFloats + 3) / 4 * 4);
        }
        Job = job;
        Parameters = ParameterSteps.Of(job);
    }

    /// <summary>The job.</summary>
    public WeightJob Job { get; }

    /// <summary>Rows: channels of the anchor; 1 for a bias.</summary>
    public int Rows { get; }

    /// <summary>Columns, a multiple of four.</summary>
    public int Columns { get; }

    /// <summary>Terms of a chain.</summary>
    public int Pixels => Job.Anchor.Pixels;

    /// <summary>Where the anchor's numbers lie.</summary>
    public PixelWalk Anchor { get; }

    /// <summary>Where the window's numbers lie, from the first tap on; nothing for a bias.</summary>
    public PixelWalk Window { get; }

    /// <summary>Columns whose numbers follow each other in memory: those of a row of the kernel.</summary>
    public int RunFloats { get; }

    /// <summary>Floats from one row of the kernel to the next.</summary>
    public int RunStep { get; }

    /// <summary>Where the parameters lie.</summary>
    public ParameterSteps Parameters { get; }
}

/// <summary>
/// Where a plane is read for each pixel of an anchor: the floats from one chain, row and column of the anchor to the next.
/// </summary>
/// <param name="Pixels">Pixels of a chain.</param>
/// <param name="Columns">Pixels of a row.</param>
/// <param name="Floats">Floats from one chain to the next.</param>
/// <param name="RowStep">Floats from one row to the next.</param>
/// <param name="ColumnStep">Floats from one pixel to the next.</param>
/// <param name="First">The float of the first pixel of the first chain.</param>
internal readonly record struct PixelWalk(int Pixels, int Columns, int Floats, int RowStep, int ColumnStep, int First)
{
    /// <summary>The walk over a plane.</summary>
    /// <param name="anchor">The plane whose pixels are counted.</param>
    /// <param name="plane">The plane that is read.</param>
    /// <param name="floats">Floats from one chain of it to the next.</param>
    /// <param name="step">Its pixels from one pixel of the anchor to the next.</param>
    /// <param name="shift">Its row and column for the first pixel.</param>
    public static PixelWalk Of(Plane anchor, Plane plane, int floats, int step = 1, int shift = 0) => new(anchor.Pixels, anchor.Width,
        floats, step * plane.RowFloats, step * plane.PixelFloats, plane.Pixel(shift, shift));

    /// <summary>Whether the rows of a chain follow each other without a gap.</summary>
    public bool HasWholeRows => RowStep == Columns * ColumnStep || Pixels == Columns;

    /// <summary>Whether the chains follow each other without a gap.</summary>
    public bool HasWholeChains => HasWholeRows && (Floats == Pixels * ColumnStep || Pixels == 1);
}

/// <summary>The index of a job's parameter: <paramref name="First"/> and a step for each of its four coordinates.</summary>
/// <param name="First">The first one.</param>
/// <param name="Anchor">From one channel of the anchor to the next.</param>
/// <param name="Window">From one channel of the window to the next.</param>
/// <param name="Row">From one row of the kernel to the next.</param>
/// <param name="Column">From one column of the kernel to the next.</param>
internal readonly record struct ParameterSteps(int First, int Anchor, int Window, int Row, int Column)
{
    /// <summary>The steps of a job.</summary>
    /// <exception cref="ArgumentException">There are no such steps.</exception>
    public static ParameterSteps Of(WeightJob job)
    {
        (int anchor, int window, int row, int column) = (job.Anchor.Channels - 1, (job.Window?.Channels ?? 1) - 1, job.Height - 1,
            job.Width - 1);
        int first = job.Parameter(0, 0, 0, 0);
        ParameterSteps steps = new(first, Step(anchor, job.Parameter(Math.Min(1, anchor), 0, 0, 0)),
            Step(window, job.Parameter(0, Math.Min(1, window), 0, 0)), Step(row, job.Parameter(0, 0, Math.Min(1, row), 0)),
            Step(column, job.Parameter(0, 0, 0, Math.Min(1, column))));
        for (int corner = 0; corner < 16; corner++)
        {
            (int a, int b) = ((corner & 1) * anchor, (corner >> 1 & 1) * window);
            (int y, int x) = ((corner >> 2 & 1) * row, (corner >> 3) * column);
            if (job.Parameter(a, b, y, x) != first + a * steps.Anchor + b * steps.Window + y * steps.Row + x * steps.Column)
                throw new ArgumentException($"The parameter ({a}, {b}, {y}, {x}) of a weight job does not lie at even distances.");
        }
        return steps;

        int Step(int last, int next) => last == 0 ? 0 : next - first;
    }
}
