namespace Joule.Samplers;

/// <summary>
/// Noise levels s₀ = 0 &lt; s₁ &lt; … &lt; s_K in a geometric sequence from s₁ on: level k is data with normal noise of deviation sₖ.
/// Its time is tₖ = 1 − k/K: 1 for the data, 0 for the last level.
/// </summary>
/// <param name="Count">K, at least 1.</param>
/// <param name="Smallest">s₁, above 0, in units of the state.</param>
/// <param name="Largest">s_K; at least s₁. Without meaning if K is 1.</param>
internal readonly record struct NoiseLevels(int Count, double Smallest, double Largest)
{
    /// <summary>sₖ.</summary>
    /// <param name="level">k, from 0 to K.</param>
    public double At(int level) => level == 0 ? 0
        : level == 1 ? Smallest
        : Smallest * Math.Pow(Largest / Smallest, (level - 1.0) / (Count - 1));

    /// <summary>The deviation of the noise that leads from level k to level k + 1.</summary>
    /// <param name="level">k, from 0 to K − 1.</param>
    public double Step(int level)
    {
        double here = At(level), next = At(level + 1);
        return Math.Sqrt((next - here) * (next + here));
    }

    /// <summary>tₖ.</summary>
    /// <param name="level">k.</param>
    public double Time(int level) => 1 - (double)level / Count;
}
