using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Joule.Compute;

/// <summary>
/// Mixtures of round normal distributions, E(x) = −ln Σₖ exp(hₖ + cₖ‖x − mₖ‖²) with cₖ = −1/2σₖ², for eight rows at a time in float64. A
/// row does not depend on the others.
/// </summary>
internal static unsafe class MixtureKernels
{
    private const int Lanes = 8;

    /// <summary>The numbers of scratch memory that a call needs.</summary>
    public static int Scratch(int width, int components) => Lanes * (width + components);

    /// <summary>Computes energies, and gradients where they are asked for. Both ways give the same energies, bit for bit.</summary>
    /// <param name="x">The states.</param>
    /// <param name="means">mₖ, one component after the other, each as long as a state.</param>
    /// <param name="heights">hₖ.</param>
    /// <param name="factors">cₖ, below 0.</param>
    /// <param name="energies">Receives the energies, in nats.</param>
    /// <param name="gradient">Receives ∇ₓE; of width 0 if it is not wanted.</param>
    /// <param name="scratch">At least as many numbers as <see cref="Scratch"/> says.</param>
    public static void Evaluate(Rows x, ReadOnlySpan<double> means, ReadOnlySpan<double> heights, ReadOnlySpan<double> factors,
        Span<float> energies, Rows gradient, Span<double> scratch)
    {
        int width = x.Width, components = heights.Length;
        ArgumentOutOfRangeException.ThrowIfLessThan(means.Length, width * components);
        ArgumentOutOfRangeException.ThrowIfLessThan(factors.Length, components);
        ArgumentOutOfRangeException.ThrowIfLessThan(energies.Length, x.Count);
        ArgumentOutOfRangeException.ThrowIfLessThan(scratch.Length, Scratch(width, components));
        float* g = gradient.Width == 0 ? null : gradient.Pointer;
        fixed (double* m = means, h = heights, c = factors, columns = scratch)
        {
            for (int row = 0; row < x.Count; row += Lanes)
            {
                int count = Math.Min(Lanes, x.Count - row);
                nint at = (nint)row * width;
                Vector512<double> values = Group(x.Pointer + at, g == null ? null : g + at, count, width, components, m, h, c, columns);
                for (int lane = 0; lane < count; lane++)
                    energies[row + lane] = (float)values.GetElement(lane);
            }
        }
    }

    // Up to eight rows: columns holds their numbers, transposed, and then one vector for each component.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Vector512<double> Group(
        float* x, float* g, int count, int width, int components, double* m, double* h, double* c, double* columns)
    {
        double* parts = columns + (nint)width * Lanes;
        for (int lane = 0; lane < Lanes; lane++)
        {
            float* from = x + (nint)Math.Min(lane, count - 1) * width;
            for (int i = 0; i < width; i++)
                columns[i * Lanes + lane] = from[i];
        }
        Vector512<double> highest = Vector512.Create(double.NegativeInfinity), sum = Vector512<double>.Zero;
        for (int k = 0; k < components; k++)
        {
            Vector512<double> squares = Vector512<double>.Zero;
            double* mean = m + (nint)k * width;
            for (int i = 0; i < width; i++)
            {
                Vector512<double> way = Vector512.Load(columns + i * Lanes) - Vector512.Create(mean[i]);
                squares = Vector512.MultiplyAddEstimate(way, way, squares);
            }
            Vector512<double> part = Vector512.MultiplyAddEstimate(squares, Vector512.Create(c[k]), Vector512.Create(h[k]));
            part.Store(parts + (nint)k * Lanes);
            highest = Vector512.Max(highest, part); // NaN stays NaN
        }
        for (int k = 0; k < components; k++)
        {
            Vector512<double> part = Vector512.Exp(Vector512.Load(parts + (nint)k * Lanes) - highest);
            sum += part;
            (part * Vector512.Create(-2 * c[k])).Store(parts + (nint)k * Lanes);
        }
        if (g != null)
            Pull(g, count, width, components, m, columns, parts, Vector512<double>.One / sum);
        return -highest - Vector512.Log(sum);
    }

    private static void Pull(
        float* g, int count, int width, int components, double* m, double* columns, double* parts, Vector512<double> share)
    {
        for (int i = 0; i < width; i++)
        {
            Vector512<double> slope = Vector512<double>.Zero, place = Vector512.Load(columns + i * Lanes);
            for (int k = 0; k < components; k++)
            {
                slope = Vector512.MultiplyAddEstimate(
                    Vector512.Load(parts + (nint)k * Lanes), place - Vector512.Create(m[(nint)k * width + i]), slope);
            }
            (slope * share).Store(columns + i * Lanes);
        }
        for (int lane = 0; lane < count; lane++)
        {
            for (int i = 0; i < width; i++)
                g[(nint)lane * width + i] = (float)columns[i * Lanes + lane];
        }
    }
}
