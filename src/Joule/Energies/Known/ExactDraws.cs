using Joule.Compute;

namespace Joule.Energies;

/// <summary>Draws that exact samplers take from a stream beside those of <see cref="RandomStream.FillNormal"/>.</summary>
internal static class ExactDraws
{
    /// <summary>The first draw that <see cref="RandomStream.FillNormal"/> of a row leaves alone: it works in blocks of 64.</summary>
    public static long After(int width) => (width + 63L) / 64 * 64;

    /// <summary>A uniform draw, never 0 or 1: the middle of one of 2³² cells.</summary>
    public static double Uniform(in RandomStream draws, uint chain, long index) => (draws.Bits(chain, index) + 0.5) / 4294967296.0;

    /// <summary>The place of a draw among cumulative sums, the last of which is the total.</summary>
    public static int Choose(double[] sums, double uniform)
    {
        int place = Array.BinarySearch(sums, uniform * sums[^1]);
        return Math.Min(place < 0 ? ~place : place, sums.Length - 1);
    }
}
