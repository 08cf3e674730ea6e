using Joule.Compute;

namespace Joule.Samplers;

/// <summary>Step size and length of a trajectory, drawn around those of the options.</summary>
internal static class TrajectoryJitter
{
    /// <summary>No chain has this number, so that its draws belong to all chains of a step.</summary>
    private const uint CommonChain = uint.MaxValue;

    /// <summary>Draws both, shared by all chains of a step.</summary>
    /// <param name="noise">The step's draws; 0 and 1 of the last chain number are used.</param>
    /// <param name="stepSize">ε.</param>
    /// <param name="steps">L.</param>
    /// <param name="stepJitter">The step size is uniform on ε·[1 − jitter, 1 + jitter).</param>
    /// <param name="lengthJitter">The length is uniform over the whole numbers from L·(1 − jitter) to L·(1 + jitter), at least 1.</param>
    public static (float Step, int Length) Draw(RandomStream noise, float stepSize, int steps, float stepJitter, float lengthJitter)
    {
        if (stepJitter > 0)
            stepSize *= 1 + stepJitter * (2 * noise.Uniform(CommonChain, 0) - 1);
        double spread = (double)lengthJitter * steps;
        int shortest = Math.Max(1, (int)Math.Round(steps - spread)), longest = (int)Math.Round(steps + spread);
        return (stepSize, shortest + (int)((double)noise.Uniform(CommonChain, 1) * (longest - shortest + 1)));
    }
}
