namespace Joule.Compute;

/// <summary>
/// A counter-based stream of random numbers: Philox4x32-10 (Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3",
/// SC 2011). A draw is a pure function of (seed, purpose, step, chain, index); there is no state to save and none to share.
/// </summary>
/// <param name="Seed">The seed of the run: the key of the generator.</param>
/// <param name="Purpose">What the draws are for.</param>
/// <param name="Step">The step, below 2⁵⁶.</param>
/// <remarks>
/// Draw <c>i</c> is word <c>(i mod 64) / 16</c> of the block with counter <c>(i / 64 · 16 + i mod 16, chain, step low, step high | purpose
/// « 24)</c>, so that 16 consecutive draws come from 16 lanes of one vector. Normal draws pair words 0 with 1 and 2 with 3: a radius and an
/// angle (Box and Muller 1958), whose cosine and sine are the draws in the places of the two words.
/// </remarks>
public readonly record struct RandomStream(ulong Seed, RandomPurpose Purpose, ulong Step)
{
    /// <summary>The stream of the same seed and purpose at another step.</summary>
    public RandomStream At(ulong step) => this with { Step = step };

    /// <summary>
    /// The draws of one part of a step that has parts of its own, for example the trajectories inside a step of a nested sampler. They are
    /// those of step s + (part + 1)·2⁴⁰, so steps with parts lie below 2⁴⁰, or from 2⁵⁵ on.
    /// </summary>
    /// <param name="part">The part, from 0 to 2¹⁵ − 2.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such part.</exception>
    public RandomStream Part(int part)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(part);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(part, MostParts - 1);
        return this with { Step = Step + ((ulong)(part + 1) << 40) };
    }

    /// <summary>The most parts that a step can have.</summary>
    public const int MostParts = (1 << 15) - 1;

    internal uint Key0 => (uint)Seed;

    internal uint Key1 => (uint)(Seed >> 32);

    internal uint Counter2 => (uint)Step;

    internal uint Counter3 => ((uint)(Step >> 32) & 0xFFFFFF) | ((uint)Purpose << 24);

    /// <summary>One draw of 32 random bits.</summary>
    public uint Bits(uint chain, long index)
    {
        uint counter = (uint)(index / 64 * 16 + index % 16);
        (uint w0, uint w1, uint w2, uint w3) = Philox.Block(counter, chain, Counter2, Counter3, Key0, Key1);
        return (index % 64 / 16) switch { 0 => w0, 1 => w1, 2 => w2, _ => w3 };
    }

    /// <summary>One draw from the uniform distribution on [0, 1), with 24 bits.</summary>
    public float Uniform(uint chain, long index) => Philox.ToUniform(Bits(chain, index));

    /// <summary>One draw from the uniform distribution, with 32 bits, never 0 or 1: the centre of one of 2³² cells.</summary>
    internal double OpenUniform(uint chain, long index) => (Bits(chain, index) + 0.5) / 4294967296.0;

    /// <summary>The first draw that <see cref="FillNormal"/> of a row leaves alone: it works in groups of 64.</summary>
    /// <param name="count">The length of the row.</param>
    internal static long AfterNormals(int count) => (count + 63L) / 64 * 64;

    /// <summary>One draw from the integers [0, bound), by multiplication of 53 bits; its bias is below bound / 2⁵³.</summary>
    /// <remarks>Uses draws 2·index and 2·index + 1.</remarks>
    public int Integer(int bound, uint chain, long index)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(bound);
        ulong bits = ((ulong)Bits(chain, 2 * index) << 32) | Bits(chain, 2 * index + 1);
        return (int)((bits >> 11) * (1.0 / (1UL << 53)) * bound);
    }

    /// <summary>
    /// Fills one chain's row with draws 0, 1, 2, … from the uniform distribution on [low, high); rounding may reach high itself unless the
    /// range is [0, 1).
    /// </summary>
    public void FillUniform(Span<float> destination, uint chain, float low = 0, float high = 1) =>
        Philox.FillUniform(this, chain, destination, low, high - low);

    /// <summary>
    /// Fills one chain's row with draws 0, 1, 2, … from the normal distribution with the given mean and standard deviation.
    /// </summary>
    public void FillNormal(Span<float> destination, uint chain, float mean = 0, float deviation = 1) =>
        Philox.FillNormal(this, chain, destination, mean, deviation);

    /// <summary>A permutation of 0 … n − 1 (Fisher and Yates), written to <paramref name="destination"/>.</summary>
    public void FillPermutation(Span<int> destination, uint chain)
    {
        for (int i = 0; i < destination.Length; i++)
            destination[i] = i;
        for (int i = destination.Length - 1; i > 0; i--)
        {
            int j = Integer(i + 1, chain, i);
            (destination[i], destination[j]) = (destination[j], destination[i]);
        }
    }
}
