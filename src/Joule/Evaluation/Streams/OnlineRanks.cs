using Joule.Compute;

namespace Joule.Evaluation;

/// <summary>
/// Online conformal p-values: each energy is ranked among the calibration energies and all earlier energies of the stream, ties broken at
/// random. If all of these are exchangeable, as independent rows of one distribution are, the p-values are independent and uniform on (0,
/// 1) (Vovk, Nouretdinov and Gammerman 2003, theorem 1). P-values against calibration energies alone are not: they share them.
/// </summary>
/// <remarks>
/// At most <see cref="Most"/> energies are kept. When there are more, a random half of them stays. That half is chosen without regard to
/// the energies or their order, so that it is exchangeable with the energies to come, and the guarantee stays exact; a p-value then has
/// steps of at most 2/<see cref="Most"/>.
/// </remarks>
public sealed class OnlineRanks
{
    /// <summary>The most energies that are kept.</summary>
    public const int Most = 1 << 14;

    private readonly ulong _seed;
    private readonly float[] _kept = new float[Most]; // ascending
    private readonly int[] _order = new int[Most];
    private readonly bool[] _stays = new bool[Most];
    private int _count;
    private long _rows;
    private ulong _halvings;

    /// <summary>Starts a stream.</summary>
    /// <param name="calibration">
    /// The model's calibration. If it is a sketch (<see cref="Calibration.Step"/> above 1), its energies are not a random sample, and the
    /// first rows are ranked among each other alone.
    /// </param>
    /// <param name="seed">The seed of the draws.</param>
    public OnlineRanks(Calibration? calibration, ulong seed)
    {
        _seed = seed;
        if (calibration is not { Step: 1 })
            return;
        calibration.Kept.CopyTo(_kept);
        _count = calibration.Kept.Length;
    }

    /// <summary>Number of energies that the next one is ranked among.</summary>
    public int Count => _count;

    /// <summary>The p-value of the next energy: small if it is high. The energy is kept for later ones.</summary>
    /// <param name="energy">The energy, in nats; finite.</param>
    /// <exception cref="DivergenceException">It is not finite.</exception>
    public double Next(float energy)
    {
        if (!float.IsFinite(energy))
            throw new DivergenceException("energy of a row", 0, _rows, energy);
        if (_count == Most)
            Halve();
        int low = Place(energy, isAfterEqual: false), high = Place(energy, isAfterEqual: true);
        double draw = new RandomStream(_seed, RandomPurpose.OnlineRanks, 0).OpenUniform((uint)(_rows >> 24), _rows & 0xFFFFFF);
        double p = (_count - high + draw * (high - low + 1)) / (_count + 1.0);
        _kept.AsSpan(high, _count - high).CopyTo(_kept.AsSpan(high + 1));
        _kept[high] = energy;
        _count++;
        _rows++;
        return p;
    }

    // The first place whose energy is at least, or above, a given one.
    private int Place(float energy, bool isAfterEqual)
    {
        int low = 0, high = _count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (_kept[middle] < energy || (isAfterEqual && _kept[middle] == energy))
                low = middle + 1;
            else
                high = middle;
        }
        return low;
    }

    private void Halve()
    {
        new RandomStream(_seed, RandomPurpose.OnlineRanks, 1 + _halvings).FillPermutation(_order, 0);
        _halvings++;
        Array.Clear(_stays);
        foreach (int place in _order.AsSpan(0, Most / 2))
            _stays[place] = true;
        _count = 0;
        for (int i = 0; i < Most; i++)
        {
            if (_stays[i])
                _kept[_count++] = _kept[i];
        }
    }
}
