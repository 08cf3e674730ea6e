namespace Joule.Gpu.Plans;

/// <summary>
/// One linear map, forward or back, of a dense layer or a convolution: at every position of a grid, the outputs are sums over some runs of
/// the source, one below the other, each a number of pixels in a row. A convolution reads one run for each row of its kernel; a dense layer
/// reads one run at one position.
/// </summary>
/// <param name="Source">What is read.</param>
/// <param name="Rows">Positions of a column.</param>
/// <param name="Columns">Positions of a row.</param>
/// <param name="Outputs">Outputs of a position.</param>
/// <param name="Runs">Number of runs.</param>
/// <param name="RunFloats">Floats of a run: a multiple of four unless the source is scalar.</param>
/// <param name="Weight">The source of the weight of (run, float of the run, output), see <see cref="WeightSource"/>.</param>
internal sealed record LinearJob(
    Plane Source, int Rows, int Columns, int Outputs, int Runs, int RunFloats, Func<int, int, int, int> Weight)
{
    /// <summary>Pixels of the source from one position to the next, in both directions.</summary>
    public int Step { get; init; } = 1;

    /// <summary>The first pixel's row at the first position.</summary>
    public int FirstRow { get; init; }

    /// <summary>The first pixel's column at the first position.</summary>
    public int FirstColumn { get; init; }

    /// <summary>Positions.</summary>
    public int Positions => Rows * Columns;

    /// <summary>Outputs, rounded up to a multiple of four.</summary>
    public int PaddedOutputs => (Outputs + 3) / 4 * 4;

    /// <summary>The float of the packed weights with the first weight.</summary>
    public int WeightsAt { get; set; } = -1;

    /// <summary>Number of weights.</summary>
    public int WeightCount => Runs * RunFloats * PaddedOutputs;

    /// <summary>Makes the source's border wide enough.</summary>
    public void WidenSource()
    {
        int pixels = RunFloats / Source.PixelFloats;
        Source.Widen(FirstRow, FirstRow + (Rows - 1) * Step + Runs - 1, FirstColumn, FirstColumn + (Columns - 1) * Step + pixels - 1);
    }

    /// <summary>The sources of the weights in the order in which a kernel reads them: run, float, output.</summary>
    public void AddWeights(List<int> all)
    {
        ArgumentNullException.ThrowIfNull(all);
        WeightsAt = all.Count;
        for (int run = 0; run < Runs; run++)
        {
            for (int i = 0; i < RunFloats; i++)
            {
                for (int o = 0; o < PaddedOutputs; o++)
                    all.Add(o < Outputs ? Weight(run, i, o) : WeightSource.Zero);
            }
        }
    }
}
