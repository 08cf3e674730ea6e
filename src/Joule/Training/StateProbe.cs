using Joule.Compute;
using Joule.Energies;

namespace Joule.Training;

/// <summary>
/// Compares the negatives of an update with its data, pixel by pixel, on the first rows of each: cheap enough for every update. Where negatives come from a
/// buffer, those rows are a random part of it.
/// </summary>
internal sealed class StateProbe
{
    private const int MostRows = 32;
    private const double WallWidth = 0.05; // of the domain: what lies this close to a wall is at it; noise on the data hides no background

    private readonly Device _device;
    private readonly float _low;
    private readonly float _high;
    private readonly double[] _distances = new double[MostRows / 2];

    /// <summary>Prepares for states between two walls.</summary>
    public StateProbe(Device device, StateSpace space)
    {
        _device = device;
        float width = (float)(WallWidth * (space.High - space.Low));
        (_low, _high) = (space.Low + width, space.High - width);
    }

    /// <summary>
    /// How much larger a share of the pixels lies at a wall in the negatives than in the data: of the two walls the one where it is more.
    /// 0 where it is the same, 1 where all pixels of the negatives are at a wall at which no pixel of the data is.
    /// </summary>
    public double Walls(Rows data, Rows negatives)
    {
        int count = Math.Min(MostRows, data.Count);
        (int dataLow, int dataHigh) = _device.CountAtWalls(data.Slice(0, count), _low, _high);
        (int low, int high) = _device.CountAtWalls(negatives.Slice(0, count), _low, _high);
        return (double)Math.Max(low - dataLow, high - dataHigh) / (count * data.Width);
    }

    /// <summary>
    /// How different the negatives are from each other, as a multiple of how different the data are: distances of neighbouring rows, their medians divided.
    /// Not a number where there are fewer than two rows, or where the data are alike themselves.
    /// </summary>
    public double Variety(Rows data, Rows negatives)
    {
        int pairs = Math.Min(MostRows, data.Count) / 2;
        if (pairs == 0)
            return double.NaN;
        double ofData = MedianDistance(data, pairs);
        return ofData > 0 ? MedianDistance(negatives, pairs) / ofData : double.NaN;
    }

    private double MedianDistance(Rows states, int pairs)
    {
        for (int i = 0; i < pairs; i++)
            _distances[i] = _device.SquaredDistance(states.Slice(2 * i, 1), states.Slice(2 * i + 1, 1));
        Span<double> distances = _distances.AsSpan(0, pairs);
        distances.Sort();
        return Math.Sqrt(distances[(pairs - 1) / 2]);
    }
}
