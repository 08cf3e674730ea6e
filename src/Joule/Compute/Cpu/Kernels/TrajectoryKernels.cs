namespace Joule.Compute;

/// <summary>Steps of trajectories with a diagonal metric, each row in its own direction of time.</summary>
public static unsafe partial class Kernels
{
    /// <summary>
    /// The first half of a leapfrog step, in every row's direction of time: v ← v − ½κ·s∘g, x ← x + ε·s∘v, with the signs of ε and κ
    /// turned where the direction is −1. Walls reflect.
    /// </summary>
    /// <param name="x">Positions.</param>
    /// <param name="momentum">v, as many rows: momenta scaled to unit masses.</param>
    /// <param name="gradient">∇ₓE, as many rows.</param>
    /// <param name="scale">s, the roots of the inverse masses, with room for a whole number of 16.</param>
    /// <param name="directions">1 or −1 for each row; empty where all are 1.</param>
    /// <param name="coefficients">ε, κ and walls.</param>
    public static void TrajectoryStart(Rows x, Rows momentum, Rows gradient, ReadOnlySpan<float> scale, ReadOnlySpan<int> directions,
        in LeapfrogCoefficients coefficients)
    {
        CheckScale(scale, x.Width);
        fixed (float* s = scale)
        {
            for (int n = 0; n < x.Count; n++)
            {
                nint row = (nint)n * x.Width;
                int sign = directions.IsEmpty ? 1 : directions[n];
                LeapfrogCoefficients turned = coefficients with { Drift = sign * coefficients.Drift, Kick = sign * coefficients.Kick };
                if (coefficients.HasWalls)
                {
                    MetricKernels.Start<LeapfrogKernels.BoxWalls>(
                        x.Pointer + row, momentum.Pointer + row, gradient.Pointer + row, s, x.Width, turned);
                }
                else
                {
                    MetricKernels.Start<LeapfrogKernels.NoWalls>(
                        x.Pointer + row, momentum.Pointer + row, gradient.Pointer + row, s, x.Width, turned);
                }
            }
        }
    }

    /// <summary>
    /// The second half of a leapfrog step, in every row's direction of time: v ← v − ½κ·s∘g. Writes each row's kinetic energy ½Σv² after
    /// it, in float64, and its squared gradient norm.
    /// </summary>
    /// <param name="momentum">v: momenta scaled to unit masses.</param>
    /// <param name="gradient">∇ₓE, as many rows.</param>
    /// <param name="scale">s, the roots of the inverse masses, with room for a whole number of 16.</param>
    /// <param name="directions">1 or −1 for each row, or 0 for no kick; empty where all are 1.</param>
    /// <param name="kick">κ.</param>
    /// <param name="kinetic">Receives one number in float64 for each row.</param>
    /// <param name="squaredNorms">Receives one number for each row.</param>
    public static void TrajectoryEnd(Rows momentum, Rows gradient, ReadOnlySpan<float> scale, ReadOnlySpan<int> directions, float kick,
        Rows kinetic, Rows squaredNorms)
    {
        CheckScale(scale, momentum.Width);
        Span<double> energies = kinetic.Doubles;
        Span<float> norms = squaredNorms.Span;
        fixed (float* s = scale)
        {
            for (int n = 0; n < momentum.Count; n++)
            {
                nint row = (nint)n * momentum.Width;
                int sign = directions.IsEmpty ? 1 : directions[n];
                norms[n] = MetricKernels.End(
                    momentum.Pointer + row, gradient.Pointer + row, s, momentum.Width, sign * kick, out energies[n]);
            }
        }
    }

    /// <summary>
    /// Whether a trajectory has turned: whether the momentum at either end no longer points along ρ = x + α·y + β·z, the sum of its
    /// momenta (Betancourt 2017, arXiv:1701.02434, appendix A.4.2). Momenta are scaled to unit masses.
    /// </summary>
    /// <param name="rows">Memory that holds all of them.</param>
    /// <param name="first">The row of the momentum at one end.</param>
    /// <param name="last">The row of the momentum at the other end.</param>
    /// <param name="x">The row of x.</param>
    /// <param name="alpha">α.</param>
    /// <param name="y">The row of y.</param>
    /// <param name="beta">β.</param>
    /// <param name="z">The row of z.</param>
    public static bool Turns(Rows rows, int first, int last, int x, float alpha, int y, float beta, int z)
    {
        uint count = (uint)rows.Count;
        if ((uint)first >= count || (uint)last >= count || (uint)x >= count || (uint)y >= count || (uint)z >= count)
            throw new ArgumentOutOfRangeException(nameof(rows), $"Rows {first}, {last}, {x}, {y} and {z} do not all lie inside {count}.");
        float* start = rows.Pointer;
        nint width = rows.Width;
        (float a, float b) = MetricKernels.Along(
            start + first * width, start + last * width, start + x * width, start + y * width, start + z * width, rows.Width, alpha, beta);
        return !(a > 0 && b > 0);
    }

    private static void CheckScale(ReadOnlySpan<float> scale, int width)
    {
        if (scale.Length < (width + 15) / 16 * 16)
            throw new ArgumentException($"{scale.Length} scales are not enough for rows of {width} numbers, read 16 at a time.");
    }
}
