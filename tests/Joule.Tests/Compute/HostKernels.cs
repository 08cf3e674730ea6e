using Joule.Compute;

namespace Joule.Tests;

/// <summary>Kernels with their results as arrays of the host.</summary>
internal static class HostKernels
{
    public static double SquaredNorm(Rows x) => Doubles(1, result => Kernels.SquaredNorm(x, result))[0];

    public static double SquaredDistance(Rows a, Rows b) => Doubles(1, result => Kernels.SquaredDistance(a, b, result))[0];

    public static (int Low, int High) CountAtWalls(Rows x, float low, float high)
    {
        double[] counts = Doubles(2, result => Kernels.CountAtWalls(x, low, high, result));
        return ((int)counts[0], (int)counts[1]);
    }

    public static void LangevinUpdate(
        Rows x, Rows gradient, LangevinCoefficients coefficients, RandomStream noise, uint firstChain, float[] norms)
    {
        Rows rows = TestRows.Empty(x.Count, 1);
        Kernels.LangevinUpdate(x, gradient, coefficients, noise, firstChain, rows);
        rows.Span.CopyTo(norms);
    }

    public static void LeapfrogStart(
        Rows x, Rows gradient, Rows momentum, Rows proposal, LeapfrogCoefficients coefficients, RandomStream noise, uint firstChain,
        double[] kinetic, float[] norms)
    {
        Rows energies = TestRows.Empty(x.Count, 2), rows = TestRows.Empty(x.Count, 1);
        Kernels.LeapfrogStart(x, gradient, momentum, proposal, coefficients, noise, firstChain, energies, rows);
        energies.Doubles.CopyTo(kinetic);
        rows.Span.CopyTo(norms);
    }

    public static void LeapfrogEnd(Rows momentum, Rows gradient, LeapfrogCoefficients coefficients, double[] kinetic, float[] norms)
    {
        Rows energies = TestRows.Empty(momentum.Count, 2), rows = TestRows.Empty(momentum.Count, 1);
        Kernels.LeapfrogEnd(momentum, gradient, coefficients, energies, rows);
        energies.Doubles.CopyTo(kinetic);
        rows.Span.CopyTo(norms);
    }

    public static void DoubleWell(Rows x, float height, float b, float[] energies, Rows gradient = default)
    {
        Rows rows = TestRows.Empty(x.Count, 1);
        if (gradient.Count == 0)
            DoubleWellKernels.Energies(x, height, b, rows);
        else
            DoubleWellKernels.Gradient(x, height, b, rows, gradient);
        rows.Span.CopyTo(energies);
    }

    private static double[] Doubles(int count, Action<Rows> kernel)
    {
        Rows result = TestRows.Empty(1, 2 * count);
        kernel(result);
        return result.Doubles.ToArray();
    }
}
