namespace Joule.Energies;

/// <summary>
/// Gauss and Legendre's rule of eight nodes on panels of equal width: exact for polynomials up to degree 15 on every panel.
/// </summary>
internal static class GaussLegendre
{
    /// <summary>Nodes in a panel.</summary>
    public const int Order = 8;

    private static readonly (double Node, double Weight)[] Rule = Roots();

    /// <summary>The nodes of an interval and their weights.</summary>
    /// <param name="low">Where the interval begins.</param>
    /// <param name="high">Where it ends.</param>
    /// <param name="panels">Number of panels.</param>
    public static (double[] Nodes, double[] Weights) On(double low, double high, int panels)
    {
        double[] nodes = new double[panels * Order], weights = new double[panels * Order];
        double half = (high - low) / (2 * panels);
        for (int i = 0; i < nodes.Length; i++)
        {
            (double node, double weight) = Rule[i % Order];
            nodes[i] = low + half * (2 * (i / Order) + 1 + node);
            weights[i] = half * weight;
        }
        return (nodes, weights);
    }

    // The roots of P₈ by Newton's method from Tricomi's first guess; a weight is 2 / (1 − x²)P₈′(x)².
    private static (double Node, double Weight)[] Roots()
    {
        (double, double)[] rule = new (double, double)[Order];
        for (int i = 0; i < Order; i++)
        {
            double x = -Math.Cos(Math.PI * (i + 0.75) / (Order + 0.5)), slope = 1;
            for (int turn = 0; turn < 10; turn++)
            {
                double before = 1, value = x;
                for (int n = 2; n <= Order; n++)
                    (before, value) = (value, ((2 * n - 1) * x * value - (n - 1) * before) / n);
                slope = Order * (x * value - before) / (x * x - 1);
                x -= value / slope;
            }
            rule[i] = (x, 2 / ((1 - x * x) * slope * slope));
        }
        return rule;
    }
}
