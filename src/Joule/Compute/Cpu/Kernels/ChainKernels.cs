using System.Runtime.CompilerServices;

namespace Joule.Compute;

/// <summary>Steps of chains.</summary>
public static unsafe partial class Kernels
{
    /// <summary>Limits every element to [low, high]. NaN stays NaN.</summary>
    public static void Clamp(Rows x, float low, float high) => LangevinKernels.Clamp(x.Pointer, x.Length, low, high);

    /// <summary>
    /// One Langevin update in one pass: x ← clamp(x − stepSize · clip(g) + noiseScale · ξ), where ξ is row i's normal draws of
    /// <c>noise</c> as chain <c>firstChain + i</c>. Writes each row's squared gradient norm before clipping, which is non-finite exactly
    /// where a gradient is non-finite or beyond 10¹⁹.
    /// </summary>
    public static void LangevinUpdate(
        Rows x, Rows gradient, in LangevinCoefficients coefficients, in RandomStream noise, uint firstChain, Rows squaredNorms) =>
        LangevinKernels.Update(x.Pointer, gradient.Pointer, x.Count, x.Width, coefficients, noise, firstChain, squaredNorms.Span);

    /// <summary>x ← clamp(x + noiseScale · ξ): the noise of <see cref="LangevinUpdate"/> alone.</summary>
    public static void AddNoise(Rows x, float noiseScale, float low, float high, in RandomStream noise, uint firstChain) =>
        LangevinKernels.AddNoise(x.Pointer, x.Count, x.Width, noiseScale, low, high, noise, firstChain);

    /// <summary>
    /// The start of a Hamiltonian trajectory: the momentum p of row i is the normal draws of <c>noise</c> as chain <c>firstChain + i</c>;
    /// p ← p − ½κ·g, proposal = x + ε·p. Writes each row's kinetic energy ½Σp² before the kick, in float64, and its squared gradient norm.
    /// </summary>
    public static void LeapfrogStart(Rows x, Rows gradient, Rows momentum, Rows proposal, in LeapfrogCoefficients coefficients,
        in RandomStream noise, uint firstChain, Rows kinetic, Rows squaredNorms)
    {
        // Noise added to zeros, for all chains together: the same draws as row by row, but faster for short rows.
        momentum.Span.Clear();
        AddNoise(momentum, 1, float.NegativeInfinity, float.PositiveInfinity, noise, firstChain);
        bool walls = coefficients.HasWalls;
        Span<double> energies = kinetic.Doubles;
        Span<float> norms = squaredNorms.Span;
        for (int n = 0; n < x.Count; n++)
        {
            nint row = (nint)n * x.Width;
            float* from = x.Pointer + row, g = gradient.Pointer + row, p = momentum.Pointer + row, q = proposal.Pointer + row;
            norms[n] = walls
                ? LeapfrogKernels.Start<LeapfrogKernels.BoxWalls>(from, g, p, q, x.Width, coefficients, out energies[n])
                : LeapfrogKernels.Start<LeapfrogKernels.NoWalls>(from, g, p, q, x.Width, coefficients, out energies[n]);
        }
    }

    /// <summary>One step of a Hamiltonian trajectory in one pass: p ← p − κ·g, x ← x + ε·p.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void LeapfrogStep(Rows x, Rows momentum, Rows gradient, in LeapfrogCoefficients coefficients)
    {
        if (coefficients.HasWalls)
            LeapfrogKernels.Step<LeapfrogKernels.BoxWalls>(x.Pointer, momentum.Pointer, gradient.Pointer, x.Length, coefficients);
        else
            LeapfrogKernels.Step<LeapfrogKernels.NoWalls>(x.Pointer, momentum.Pointer, gradient.Pointer, x.Length, coefficients);
    }

    /// <summary>
    /// The end of a Hamiltonian trajectory in one pass: p ← p − ½κ·g. Writes each row's kinetic energy after it, in float64, and its
    /// squared gradient norm.
    /// </summary>
    public static void LeapfrogEnd(Rows momentum, Rows gradient, in LeapfrogCoefficients coefficients, Rows kinetic, Rows squaredNorms)
    {
        Span<double> energies = kinetic.Doubles;
        Span<float> norms = squaredNorms.Span;
        for (int n = 0; n < momentum.Count; n++)
        {
            nint row = (nint)n * momentum.Width;
            norms[n] = LeapfrogKernels.End(momentum.Pointer + row, gradient.Pointer + row, momentum.Width, coefficients, out energies[n]);
        }
    }
}
