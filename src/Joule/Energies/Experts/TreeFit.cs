namespace Joule.Energies;

/// <summary>
/// Fits a tree (Chow and Liu, "Approximating discrete probability distributions with dependence trees", 1968): the spanning tree of the
/// largest mean ln c, where every row is judged by the others alone, so that edges without evidence are left out.
/// </summary>
internal sealed class TreeFit(FitRows rows, TreeLayout layout, int mostPairs)
{
    private readonly byte[][] _bins = new byte[layout.Width][];
    private readonly double[][] _ones = new double[layout.Width][];
    private readonly double[][] _masses = new double[layout.Width][];
    private readonly float[][] _ranks = new float[layout.Width][];

    /// <summary>Fits, and writes the numbers of the tree.</summary>
    public void Run(float[] fitted)
    {
        rows.Run("the marginals of a tree", layout.Width, j => FitColumn(j, fitted));
        (int First, int Second)[] pairs = Pairs();
        double[] gains = new double[pairs.Length];
        rows.Run("the pairs of a tree", pairs.Length, p => gains[p] = Gain(pairs[p]));
        (int Parent, int Child)[] edges = Direct(Span(pairs, gains));
        rows.Run("the copulas of a tree", edges.Length, e =>
        {
            (int parent, int child) = edges[e];
            Span<float> edge = fitted.AsSpan(layout.Edge(e));
            (edge[0], edge[1]) = (1 + parent, 1 + child);
            RankCopula.Balance(RankCopula.Two(_bins[parent], _bins[child]), _ones[parent], _ones[child], _masses[parent], _masses[child],
                edge[2..]);
        });
    }

    /// <summary>−ln p of the judged rows, each as if it had been left out. The tree itself and the ranks saw it.</summary>
    public static double[] LeaveOneOut(FitRows rows, TreeLayout layout, TreeEnergy tree)
    {
        int n = rows.Count, width = layout.Width;
        double[][] terms = new double[width + tree.Edges.Length][];
        rows.Run("rows left out of a tree's marginals", width, j =>
        {
            double[] column = rows.Column(j);
            terms[j] = [.. column.Take(rows.Judged).Select(x => -Math.Log(tree.Marginals[j].Without(x, n)))];
        });
        rows.Run("rows left out of a tree's copulas", tree.Edges.Length, e =>
        {
            TreeEdge edge = tree.Edges[e];
            float[] first = Ranked(edge.Parent), second = Ranked(edge.Child);
            byte[] a = [.. first.Select(r => RankCopula.Bin(r))], b = [.. second.Select(r => RankCopula.Bin(r))];
            double[] both = RankCopula.Two(a, b), one = RankCopula.One(a), other = RankCopula.One(b), sums = new double[rows.Judged];
            for (int i = 0; i < sums.Length; i++)
            {
                double mass = both[a[i] * RankCopula.Bins + b[i]], p = one[a[i]], q = other[b[i]];
                double change = RankCopula.LogWithout(mass, p, q, n) - RankCopula.Log(mass, p, q);
                sums[i] = -change - Math.Log(edge.At(first[i], second[i]).Value);
            }
            terms[width + e] = sums;
        });
        double[] energies = new double[rows.Judged];
        foreach (double[] term in terms)
        {
            for (int i = 0; i < energies.Length; i++)
                energies[i] += term[i];
        }
        return energies;

        float[] Ranked(int column) => [.. rows.Column(column).Select(x => tree.Ranks[column].At((float)x).Rank)];
    }

    private void FitColumn(int column, float[] fitted)
    {
        double[] values = rows.Column(column);
        RankMap.Fit(values, fitted.AsSpan(layout.Ranks(column)));
        KernelMarginal.Fit(values, fitted.AsSpan(TreeLayout.Marginal(column)));
        RankMap map = new(fitted.AsSpan(layout.Ranks(column)));
        _ranks[column] = [.. values.Select(x => map.At((float)x).Rank)];
        _bins[column] = [.. _ranks[column].Select(r => RankCopula.Bin(r))];
        _ones[column] = RankCopula.One(_bins[column]);
        double[] masses = _masses[column] = new double[RankCopula.Bins];
        new KernelMarginal(fitted.AsMemory(TreeLayout.Marginal(column))).Integrate((x, mass) =>
        {
            (int bin, double share) = RankCopula.Place(map.At((float)x).Rank);
            masses[bin] += mass * (1 - share);
            masses[bin + 1] += mass * share;
        });
    }

    private (int First, int Second)[] Pairs()
    {
        List<(int First, int Second)> pairs = [];
        for (int i = 0; i < layout.Width; i++)
        {
            for (int j = i + 1; j < layout.Width; j++)
                pairs.Add((i, j));
        }
        if (pairs.Count <= mostPairs)
            return [.. pairs];
        double[] strengths = new double[pairs.Count];
        rows.Run("the correlations of ranks", layout.Width, i =>
        {
            for (int p = 0; p < strengths.Length; p++)
            {
                if (pairs[p].First == i)
                    strengths[p] = -Math.Abs(Correlation(_ranks[i], _ranks[pairs[p].Second]));
            }
        });
        int[] order = [.. Enumerable.Range(0, pairs.Count).OrderBy(p => strengths[p]).Take(mostPairs)];
        return [.. order.Select(p => pairs[p])];
    }

    private double Gain((int First, int Second) pair)
    {
        byte[] a = _bins[pair.First], b = _bins[pair.Second];
        double[] both = RankCopula.Two(a, b), one = _ones[pair.First], other = _ones[pair.Second];
        double sum = 0;
        for (int i = 0; i < a.Length; i++)
            sum += RankCopula.LogWithout(both[a[i] * RankCopula.Bins + b[i]], one[a[i]], other[b[i]], a.Length);
        return sum / a.Length;
    }

    // Kruskal's algorithm; edges with nothing to gain are left out.
    private List<(int First, int Second)> Span((int First, int Second)[] pairs, double[] gains)
    {
        int[] group = [.. Enumerable.Range(0, layout.Width)];
        List<(int First, int Second)> edges = [];
        foreach (int p in Enumerable.Range(0, pairs.Length).OrderByDescending(p => gains[p]))
        {
            (int first, int second) = pairs[p];
            if (gains[p] <= 0 || group[first] == group[second])
                continue;
            edges.Add(pairs[p]);
            int old = group[second], joined = group[first];
            for (int j = 0; j < group.Length; j++)
                group[j] = group[j] == old ? joined : group[j];
        }
        return edges;
    }

    // Away from the first column of every part of the forest, parents before children.
    private (int Parent, int Child)[] Direct(List<(int First, int Second)> edges)
    {
        bool[] reached = new bool[layout.Width];
        List<(int Parent, int Child)> directed = [];
        for (int root = 0; root < layout.Width; root++)
        {
            if (reached[root])
                continue;
            reached[root] = true;
            Queue<int> open = new([root]);
            while (open.TryDequeue(out int parent))
            {
                foreach ((int first, int second) in edges)
                {
                    int child = first == parent ? second : second == parent ? first : -1;
                    if (child < 0 || reached[child])
                        continue;
                    reached[child] = true;
                    directed.Add((parent, child));
                    open.Enqueue(child);
                }
            }
        }
        return [.. directed];
    }

    private static double Correlation(float[] a, float[] b)
    {
        double meanA = a.Average(x => (double)x), meanB = b.Average(x => (double)x), ab = 0, aa = 0, bb = 0;
        for (int i = 0; i < a.Length; i++)
        {
            (double x, double y) = (a[i] - meanA, b[i] - meanB);
            (ab, aa, bb) = (ab + x * y, aa + x * x, bb + y * y);
        }
        return aa * bb > 0 ? ab / Math.Sqrt(aa * bb) : 0;
    }
}
