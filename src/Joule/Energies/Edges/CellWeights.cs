namespace Joule.Energies;

/// <summary>
/// Gaussian weights of the pixels along one side of an image for cells at equal distances. The cells are centred on the side, and the
/// weights of each sum to 1.
/// </summary>
internal sealed class CellWeights
{
    private const double Reach = 4; // deviations at which a Gaussian ends

    private readonly float[] _weights;
    private readonly int[] _firsts, _counts;

    /// <summary>Computes the weights.</summary>
    /// <param name="side">Pixels of the side.</param>
    /// <param name="cell">Pixels between centres.</param>
    /// <param name="blur">Deviation of the Gaussians, in pixels.</param>
    public CellWeights(int side, int cell, double blur)
    {
        Count = CountCells(side, cell);
        _weights = new float[Count * side];
        (_firsts, _counts) = (new int[Count], new int[Count]);
        double start = (side - 1 - (Count - 1) * (double)cell) / 2;
        for (int c = 0; c < Count; c++)
        {
            double centre = start + c * (double)cell;
            int first = Math.Max(0, (int)Math.Floor(centre - Reach * blur));
            int last = Math.Min(side - 1, (int)Math.Ceiling(centre + Reach * blur));
            (_firsts[c], _counts[c]) = (first, last - first + 1);
            double sum = 0;
            for (int i = first; i <= last; i++)
                sum += At(i - centre);
            for (int i = first; i <= last; i++)
                _weights[c * side + i] = (float)(At(i - centre) / sum);
        }

        double At(double distance) => Math.Exp(-0.5 * distance * distance / (blur * blur));
    }

    /// <summary>Number of cells.</summary>
    public int Count { get; }

    /// <summary>Number of cells of a side.</summary>
    public static int CountCells(int side, int cell) => (side - 1) / cell + 1;

    /// <summary>The first pixel of a cell.</summary>
    public int First(int cell) => _firsts[cell];

    /// <summary>The weights of a cell, from its first pixel to its last.</summary>
    public ReadOnlySpan<float> Of(int cell) => _weights.AsSpan(cell * (_weights.Length / Count) + _firsts[cell], _counts[cell]);
}
