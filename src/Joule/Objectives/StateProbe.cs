using Joule.Compute;
using Joule.States;

namespace Joule.Objectives;

/// <summary>
/// Compares the negatives of an update with its data, number by number, on the first rows of each: cheap enough for every update. Of a
/// replay buffer, those rows are a random sample.
/// </summary>
internal sealed class StateProbe : IDisposable
{
    /// <summary>
    /// Least root mean squared difference per number between two states of the data, as a share of their width. Below it the data are
    /// nearly constant, and so may chains be.
    /// </summary>
    public const double LeastDifference = 0.05;

    private const int MostRows = 32, MostPairs = MostRows / 2;
    private const int ResultWords = 4 * MostPairs + 8 * MostRows; // distances in data and negatives, then counts at walls
    // Of the domain: numbers this close to a wall are at it, so that noise on the data hides no background.
    private const double WallWidth = 0.05;


    private readonly float _low;
    private readonly float _high;
    private readonly double _width;
    private readonly bool _hasWalls;
    private readonly double[] _distances = new double[MostPairs];
    private readonly DeviceBuffer _results;
    private readonly DeviceRead _read;
    private readonly DistanceProgram _ofData;
    private readonly DistanceProgram _ofNegatives;
    private readonly WallProgram _walls;
    private int _count;
    private int _rowWidth;

    /// <summary>Creates a probe for the states of a space.</summary>
    /// <param name="device">The device of the states.</param>
    /// <param name="space">Their space.</param>
    /// <param name="width">Their width (<see cref="StateWidth"/>).</param>
    public StateProbe(Device device, StateSpace space, double width)
    {
        // One copy reads the results of all programs.
        _results = device.Allocate(ResultWords);
        _read = device.CreateRead(ResultWords);
        _ofData = new DistanceProgram(new Rows(_results, 0, MostPairs, 2));
        _ofNegatives = new DistanceProgram(new Rows(_results, 2 * MostPairs, MostPairs, 2));
        _walls = new WallProgram(new Rows(_results, 4 * MostPairs, 2 * MostRows, 4));
        _width = width;
        _hasWalls = space.Domain == Domain.Box; // bits and spins are always at a wall
        float wall = (float)(WallWidth * (space.High - space.Low));
        (_low, _high) = (space.Low + wall, space.High - wall);
    }

    /// <summary>
    /// Share of numbers at a wall, negatives minus data, for the wall with the larger difference. 0 if the shares are equal or there are no
    /// walls; 1 if all numbers of the negatives are at a wall where none of the data are.
    /// </summary>
    public double Walls { get; private set; }

    /// <summary>
    /// Median distance between neighbouring negatives, as a multiple of that between data. NaN with fewer than two rows, or if the data are
    /// nearly constant.
    /// </summary>
    public double Variety { get; private set; } = double.NaN;

    /// <summary>
    /// Adds the programs that compare the data and negatives of an update. Call <see cref="BeginRead"/> after the launch.
    /// </summary>
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

    /// <summary>Begins to read the results of the programs.</summary>
    public void BeginRead() => _read.Begin(_results.AsRows(1, ResultWords));

    /// <summary>Computes <see cref="Walls"/> and <see cref="Variety"/> after <see cref="BeginRead"/>, which it waits for.</summary>
    public void Read()
    {
        if (_hasWalls)
        {
            Span<double> counts = stackalloc double[4];
            _walls.Sum(_read.Doubles[(2 * MostPairs)..], counts);
            Walls = Math.Max(counts[2] - counts[0], counts[3] - counts[1]) / (_count * _rowWidth);
        }
        double ofData = Pairs == 0 ? 0 : MedianDistance(0);
        Variety = ofData > LeastDifference * _width * Math.Sqrt(_rowWidth) ? MedianDistance(MostPairs) / ofData : double.NaN;
    }

    /// <summary>
    /// Variety: the median distance between neighbouring states, as a multiple of that between data. Difference: the root mean squared
    /// difference per number between data, as a share of the states' width. NaN with fewer than two states of either, or (variety) if the
    /// data are all equal.
    /// </summary>
    /// <param name="states">The states.</param>
    /// <param name="data">The data, of the same space.</param>
    /// <param name="width">The width of states (<see cref="StateWidth"/>).</param>
    /// <param name="most">Largest number of pairs.</param>
    public static (double Variety, double Difference) Compare(Rows states, StateSet data, double width, int most)
    {
        int pairs = Math.Min(most, states.Count / 2), others = Math.Min(most, data.Count / 2);
        if (pairs == 0 || others == 0)
            return (double.NaN, double.NaN);
        // Neighbours in a source may be similar, so the second of a pair comes from the other half.
        float[] one = new float[states.Width], other = new float[states.Width];
        double[] distances = new double[others];
        for (int i = 0; i < others; i++)
        {
            int first = (int)((long)i * (data.Count / 2) / others);
            data.Read(first, one);
            data.Read(first + data.Count / 2, other);
            distances[i] = SquaredDistance(one, other);
        }
        double ofData = Math.Sqrt(LowerMedian.Of(distances));
        double[] ofStates = new double[pairs];
        for (int i = 0; i < pairs; i++)
            ofStates[i] = SquaredDistance(states[2 * i], states[2 * i + 1]);
        return (ofData > 0 ? Math.Sqrt(LowerMedian.Of(ofStates)) / ofData : double.NaN, ofData / Math.Sqrt(states.Width) / width);
    }

    /// <summary>Frees the memory.</summary>
    public void Dispose()
    {
        _read.Dispose();
        _results.Dispose();
    }

    private static double SquaredDistance(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        double sum = 0;
        for (int i = 0; i < a.Length; i++)
            sum += ((double)a[i] - b[i]) * ((double)a[i] - b[i]);
        return sum;
    }

    private int Pairs => _count / 2;

    private DistanceProgram Prepare(DistanceProgram program, Rows states)
    {
        program.Prepare(states, states.Slice(1, states.Count - 1), Pairs, 2);
        return program;
    }

    private double MedianDistance(int first)
    {
        Span<double> distances = _distances.AsSpan(0, Pairs); // the median sorts them
        _read.Doubles.Slice(first, Pairs).CopyTo(distances);
        return Math.Sqrt(LowerMedian.Of(distances));
    }
}
