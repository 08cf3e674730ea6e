namespace Joule.Energies;

/// <summary>The grids of a tree's marginals with the ranks of their points: what integrals over missing numbers need.</summary>
internal sealed class TreeGrid
{
    /// <summary>Computes the ranks of all points.</summary>
    public TreeGrid(TreeEnergy tree)
    {
        int width = tree.Marginals.Length, grid = KernelMarginal.Grid;
        Masses = new double[width][];
        Kernels = new double[width][];
        Bins = new byte[width][];
        Shares = new float[width][];
        for (int j = 0; j < width; j++)
        {
            KernelMarginal marginal = tree.Marginals[j];
            (double first, double step) = (marginal.First, marginal.Step);
            double[] masses = new double[grid], kernels = new double[grid];
            byte[] bins = new byte[grid];
            float[] shares = new float[grid];
            for (int i = 0; i < grid; i++)
            {
                double x = first + i * step;
                double low = i == 0 ? 0 : KernelMarginal.Below(x - 0.5 * step);
                double high = i == grid - 1 ? 1 : KernelMarginal.Below(x + 0.5 * step);
                kernels[i] = marginal.Masses[i];
                masses[i] = (1 - KernelMarginal.Share) * kernels[i] + KernelMarginal.Share * (high - low);
                (int bin, double share) = RankCopula.Place(tree.Ranks[j].At((float)x).Rank);
                (bins[i], shares[i]) = ((byte)bin, (float)share);
            }
            (Masses[j], Kernels[j], Bins[j], Shares[j]) = (masses, kernels, bins, shares);
        }
    }

    /// <summary>p(x)·dx at the points of each column, of sum 1; the ends stand for all beyond them.</summary>
    public double[][] Masses { get; }

    /// <summary>The same of the kernels alone, without the Cauchy distribution: what is drawn.</summary>
    public double[][] Kernels { get; }

    /// <summary>The first of the two bins around the rank of each point.</summary>
    public byte[][] Bins { get; }

    /// <summary>The share of the second bin.</summary>
    public float[][] Shares { get; }
}
