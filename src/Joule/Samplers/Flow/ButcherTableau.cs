namespace Joule.Samplers;

/// <summary>
/// An explicit Runge–Kutta method: kᵢ = v(x + hΣⱼ aᵢⱼkⱼ, t + cᵢh), x ← x + hΣ bᵢkᵢ (Hairer, Nørsett and Wanner, "Solving ordinary
/// differential equations I", 1993, chapter II).
/// </summary>
internal sealed class ButcherTableau
{
    private ButcherTableau(double[][] a, double[] b, double[] c, double[]? error = null, int order = 0) =>
        (A, B, C, Error, Order) = (a, b, c, error ?? [], order);

    /// <summary>aᵢⱼ, for j below i.</summary>
    public double[][] A { get; }

    /// <summary>bᵢ.</summary>
    public double[] B { get; }

    /// <summary>cᵢ.</summary>
    public double[] C { get; }

    /// <summary>bᵢ less those of an embedded method: the estimate of the error of a step; empty where there is none.</summary>
    public double[] Error { get; }

    /// <summary>The order of the method.</summary>
    public int Order { get; }

    /// <summary>The number of evaluations of a step.</summary>
    public int Stages => B.Length;

    /// <summary>The method of a solver.</summary>
    public static ButcherTableau Of(FlowSolver solver) => solver switch
    {
        FlowSolver.Heun => new([[], [1]], [0.5, 0.5], [0, 1], null, 2),
        FlowSolver.Rk4 => new([[], [0.5], [0, 0.5], [0, 0, 1]], [1.0 / 6, 1.0 / 3, 1.0 / 3, 1.0 / 6], [0, 0.5, 0.5, 1], null, 4),
        FlowSolver.DormandPrince => DormandPrince(),
        _ => new([[]], [1], [0], null, 1),
    };

    // Dormand and Prince, "A family of embedded Runge-Kutta formulae", Journal of Computational and Applied Mathematics 6, 1980.
    private static ButcherTableau DormandPrince()
    {
        double[] b = [35.0 / 384, 0, 500.0 / 1113, 125.0 / 192, -2187.0 / 6784, 11.0 / 84, 0];
        double[] embedded = [5179.0 / 57600, 0, 7571.0 / 16695, 393.0 / 640, -92097.0 / 339200, 187.0 / 2100, 1.0 / 40];
        return new(
            [
                [],
                [1.0 / 5],
                [3.0 / 40, 9.0 / 40],
                [44.0 / 45, -56.0 / 15, 32.0 / 9],
                [19372.0 / 6561, -25360.0 / 2187, 64448.0 / 6561, -212.0 / 729],
                [9017.0 / 3168, -355.0 / 33, 46732.0 / 5247, 49.0 / 176, -5103.0 / 18656],
                b[..6],
            ],
            b, [0, 0.2, 0.3, 0.8, 8.0 / 9, 1, 1], [.. b.Zip(embedded, (x, y) => x - y)], 5);
    }
}
