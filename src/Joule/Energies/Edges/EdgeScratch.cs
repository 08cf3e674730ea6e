namespace Joule.Energies;

/// <summary>Memory for the histograms of one image at a time.</summary>
/// <param name="plane">Pixels of a channel.</param>
/// <param name="bands">Cells down, times pixels across.</param>
/// <param name="length">Numbers of all histograms.</param>
internal sealed class EdgeScratch(int plane, int bands, int length)
{
    /// <summary>How brightness grows to the right.</summary>
    public float[] Across { get; } = new float[plane];

    /// <summary>How brightness grows downwards.</summary>
    public float[] Down { get; } = new float[plane];

    /// <summary>√q: the size of an edge.</summary>
    public float[] Sizes { get; } = new float[plane];

    /// <summary>The cosine of the angle between an edge and a direction, at least 0.</summary>
    public float[] Cosines { get; } = new float[plane];

    /// <summary>The votes for a direction, or the slopes with respect to them.</summary>
    public float[] Votes { get; } = new float[plane];

    /// <summary>A power of <see cref="Cosines"/>.</summary>
    public float[] Powers { get; } = new float[plane];

    /// <summary>Anything.</summary>
    public float[] Spare { get; } = new float[plane];

    /// <summary>Slopes with respect to <see cref="Across"/>.</summary>
    public float[] AcrossSlopes { get; } = new float[plane];

    /// <summary>Slopes with respect to <see cref="Down"/>.</summary>
    public float[] DownSlopes { get; } = new float[plane];

    /// <summary>Votes of a row of cells, for each pixel across.</summary>
    public float[] Bands { get; } = new float[bands];

    /// <summary>The histograms, or the slopes with respect to them.</summary>
    public float[] Sums { get; } = new float[length];
}
