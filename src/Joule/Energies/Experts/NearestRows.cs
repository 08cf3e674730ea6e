namespace Joule.Energies;

/// <summary>The rows nearest to one point, from the nearest on. Of rows at the same distance, those added first come first.</summary>
/// <param name="most">Largest number of rows.</param>
internal sealed class NearestRows(int most)
{
    private readonly int[] _rows = new int[most];
    private readonly double[] _distances = new double[most];

    /// <summary>Number of rows to find.</summary>
    public int Wanted { get; private set; }

    /// <summary>Number of rows found.</summary>
    public int Count { get; private set; }

    /// <summary>The rows.</summary>
    public ReadOnlySpan<int> Rows => _rows.AsSpan(0, Count);

    /// <summary>Their distances.</summary>
    public ReadOnlySpan<double> Distances => _distances.AsSpan(0, Count);

    /// <summary>The largest distance; +∞ before all wanted rows are found.</summary>
    public double Worst { get; private set; }

    /// <summary>The mean distance; 0 of no rows.</summary>
    public double Mean
    {
        get
        {
            double total = 0;
            foreach (double distance in Distances)
                total += distance;
            return Count == 0 ? 0 : total / Count;
        }
    }

    /// <summary>Begins again.</summary>
    /// <param name="wanted">Number of rows to keep.</param>
    public void Clear(int wanted) => (Wanted, Count, Worst) = (wanted, 0, wanted > 0 ? double.PositiveInfinity : double.NegativeInfinity);

    /// <summary>Keeps a row if it is among the nearest.</summary>
    public void Add(int row, double distance)
    {
        // NaN is kept where there is room, so that it reaches the energy.
        if (distance >= Worst)
            return;
        int at = Count < Wanted ? Count++ : Wanted - 1;
        for (; at > 0 && _distances[at - 1] > distance; at--)
            (_rows[at], _distances[at]) = (_rows[at - 1], _distances[at - 1]);
        (_rows[at], _distances[at]) = (row, distance);
        if (Count == Wanted)
            Worst = _distances[Count - 1];
    }
}
