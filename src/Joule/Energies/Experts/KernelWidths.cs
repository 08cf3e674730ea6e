namespace Joule.Energies;

/// <summary>
/// Widths of kernels by Abramson's law: hᵢ = r̄·(rᵢ/r̄)^a, where rᵢ is the mean distance of a row to its neighbours and r̄ their geometric
/// mean. A ratio below 0.05 counts as 0.05.
/// </summary>
internal static class KernelWidths
{
    private const double Least = 0.05;

    /// <summary>Writes the widths.</summary>
    /// <param name="radii">rᵢ.</param>
    /// <param name="adaptivity">a, from 0 to 1.</param>
    /// <param name="widths">Receives hᵢ.</param>
    public static void Write(double[] radii, double adaptivity, Span<float> widths)
    {
        double log = 0;
        foreach (double radius in radii)
            log += Math.Log(radius + 1e-9);
        double typical = Math.Exp(log / radii.Length);
        for (int i = 0; i < radii.Length; i++)
            widths[i] = (float)(typical * Math.Pow(Math.Max(radii[i] / typical, Least), adaptivity));
    }
}
