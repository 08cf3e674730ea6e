using Joule.Compute;
using Joule.States;

namespace Joule.Objectives;

/// <summary>
/// Compares the negatives of an update with its data, pixel by pixel, on the first rows of each: cheap enough for every update. Where
/// negatives come from a
/// buffer, those rows are a random part of it.
/// </summary>
internal sealed class StateProbe : IDisposable
{
    /// <summary>
    /// Root of the mean squared difference of a number between two states of the data, as a share of their width, from which on they
    /// differ: where data are nearly
    /// constant, so are chains.
    /// </summary>
    public const double LeastDifference = 0.05;

    private const int MostRows = 32;
    private const double WallWidth = 0.05; // of the domain: what lies this close to a wall is at it; noise on the data hides no background

    private readonly float _low;
    private readonly float _high;
    private readonly double _width;
    private readonly bool _hasWalls;
    private readonly double[] _distances = new double[MostRows / 2];
    private readonly DistanceProgram _ofData;
    private readonly DistanceProgram _ofNegatives;
    private readonly WallProgram _walls;
    private int _count;
    private int _rowWidth;

    /// <summary>Prepares for the states of a space.</summary>
    /// <param name="device">Where they lie.</param>
    /// <param name="space">Their space.</param>
    /// <param name="width">How wide they are (<see cref="StateWidth"/>).</param>
    public StateProbe(Device device, StateSpace space, double width)
    {
        _ofData = new DistanceProgram(device, MostRows / 2);
        _ofNegatives = new DistanceProgram(device, MostRows / 2);
        _walls = new WallProgram(device);
        _width = width;
        _hasWalls = space.Domain == Domain.Box; // bits and spins are at a wall by their nature
        float wall = (float)(WallWidth * (space.High - space.Low));
        (_low, _high) = (space.Low + wall, space.High - wall);
    }

    /// <summary>
    /// How much larger a share of the pixels lies at a wall in the negatives than in the data: of the two walls the one where it is more.
    /// 0 where it is the same or there are no walls, 1 where all pixels of the negatives are at a wall at which no pixel of the data is.
    /// </summary>
    public double Walls { get; private set; }

    /// <summary>
    /// How different the negatives are from each other, as a multiple of how different the data are: distances of neighbouring rows, their
    /// medians divided.
    /// Not a number where there are fewer than two rows, or where the data are nearly alike themselves.
    /// </summary>
    public double Variety { get; private set; } = double.NaN;

    /// <summary>Adds the programs that look at the data and negatives of an update. Call <see cref="Read"/> after the launch.</summary>
    public void AddPrograms(Rows data, Rows negatives, ICollection<DeviceProgram> programs)
    {
        (_count, _rowWidth) = (Math.Min(MostRows, data.Count), data.Width);
        if (_hasWalls)
        {
            _walls.Prepare(data.Slice(0, _count), negatives.Slice(0, _count), _low, _high);
            programs.Add(_walls);
        }
        if (Pairs == 0)
            return;
        programs.Add(Prepare(_ofData, data));
        programs.Add(Prepare(_ofNegatives, negatives));
    }

    /// <summary>Works out <see cref="Walls"/> and <see cref="Variety"/> from what the programs have left.</summary>
    public void Read()
    {
        if (_hasWalls)
        {
            Span<double> counts = stackalloc double[4];
            _walls.Download(counts);
            Walls = Math.Max(counts[2] - counts[0], counts[3] - counts[1]) / (_count * _rowWidth);
        }
        double ofData = Pairs == 0 ? 0 : MedianDistance(_ofData);
        Variety = ofData > LeastDifference * _width * Math.Sqrt(_rowWidth) ? MedianDistance(_ofNegatives) / ofData : double.NaN;
    }

    /// <summary>
    /// How different states are from each other, as a multiple of how different data are: distances of neighbouring ones, their medians
    /// divided; and how different
    /// the data are: the root of the mean squared difference of a number, as a share of the states' width. Not a number where there are
    /// fewer than two of either, or
    /// where the data are alike.
    /// </summary>
    /// <param name="states">The states.</param>
    /// <param name="data">The data, of the same space.</param>
    /// <param name="width">How wide states are (<see cref="StateWidth"/>).</param>
    /// <param name="most">Most pairs that are compared.</param>
    public static (double Variety, double Difference) Compare(Rows states, StateSet data, double width, int most)
    {
        int pairs = Math.Min(most, states.Count / 2), others = Math.Min(most, data.Count / 2);
        if (pairs == 0 || others == 0)
            return (double.NaN, double.NaN);
        // Neighbours in a source may be alike: the second of a pair comes from the other half.
        float[] one = new float[states.Width], other = new float[states.Width];
        double[] distances = new double[others];
        for (int i = 0; i < others; i++)
        {
            int first = (int)((long)i * (data.Count / 2) / others);
            data.Read(first, one);
            data.Read(first + data.Count / 2, other);
            distances[i] = SquaredDistance(one, other);
        }
        double ofData = Median(distances);
        double[] ofStates = new double[pairs];
        for (int i = 0; i < pairs; i++)
            ofStates[i] = SquaredDistance(states[2 * i], states[2 * i + 1]);
        return (ofData > 0 ? Median(ofStates) / ofData : double.NaN, ofData / Math.Sqrt(states.Width) / width);
    }

    /// <summary>Frees the memory.</summary>
    public void Dispose()
    {
        _ofData.Dispose();
        _ofNegatives.Dispose();
        _walls.Dispose();
    }

    private static double SquaredDistance(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        double sum = 0;
        for (int i = 0; i < a.Length; i++)
            sum += ((double)a[i] - b[i]) * ((double)a[i] - b[i]);
        return sum;
    }

    // The lower of two in the middle.
    private static double Median(Span<double> squares)
    {
        squares.Sort();
        return Math.Sqrt(squares[(squares.Length - 1) / 2]);
    }

    private int Pairs => _count / 2;

    private DistanceProgram Prepare(DistanceProgram program, Rows states)
    {
        program.Prepare(states, states.Slice(1, states.Count - 1), Pairs, 2);
        return program;
    }

    private double MedianDistance(DistanceProgram program)
    {
        Span<double> distances = _distances.AsSpan(0, Pairs);
        program.Download(distances);
        return Median(distances);
    }
}
