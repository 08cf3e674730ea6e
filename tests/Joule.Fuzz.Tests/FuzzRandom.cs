namespace Joule.Fuzz.Tests;

/// <summary>
/// SplitMix64 (Steele, Lea, Flood 2014), seeded again for every input: input i of a seed does not depend on earlier inputs.
/// </summary>
internal sealed class FuzzRandom
{
    private ulong _state;

    public FuzzRandom(string reader, ulong seed, long iteration)
    {
        _state = seed;
        foreach (char letter in reader)
            _state = (Next() ^ letter) + 1;
        _state = Next() ^ (ulong)iteration;
    }

    /// <summary>The next 64 bits.</summary>
    public ulong Next()
    {
        ulong z = _state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    /// <summary>A number from 0 to bound − 1; 0 if the bound is 0.</summary>
    public int Below(int bound) => bound <= 0 ? 0 : (int)(Next() % (ulong)bound);

    /// <summary>True with probability 1 / <paramref name="times"/>.</summary>
    public bool OneIn(int times) => Below(times) == 0;

    public T Pick<T>(IReadOnlyList<T> from) => from[Below(from.Count)];
}
