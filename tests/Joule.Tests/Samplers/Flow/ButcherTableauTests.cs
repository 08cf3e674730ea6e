using Joule.Samplers;
using Xunit;

namespace Joule.Tests.Samplers;

public sealed class ButcherTableauTests
{
    [Theory]
    [InlineData(FlowSolver.Euler, 1)]
    [InlineData(FlowSolver.Heun, 2)]
    [InlineData(FlowSolver.Rk4, 4)]
    [InlineData(FlowSolver.DormandPrince, 5)]
    [InlineData(FlowSolver.EulerMaruyama, 1)]
    public void Its_numbers_satisfy_the_conditions_of_its_order(FlowSolver solver, int order)
    {
        ButcherTableau t = ButcherTableau.Of(solver);
        Assert.Equal(order, t.Order);
        // Rows of A add up to c, and quadrature of order p: Σ bᵢcᵢᵏ⁻¹ = 1/k for k to p (Hairer, Nørsett and Wanner, section II.1).
        for (int i = 0; i < t.Stages; i++)
            Assert.Equal(t.C[i], t.A[i].Sum(), 1e-14);
        for (int k = 1; k <= order; k++)
            Assert.Equal(1.0 / k, Enumerable.Range(0, t.Stages).Sum(i => t.B[i] * Math.Pow(t.C[i], k - 1)), 1e-14);
        // The tall trees: bAc = 1/6 from order 3 on, bA²c = 1/24 from order 4 on.
        double[] ac = [.. t.A.Select(a => a.Select((x, j) => x * t.C[j]).Sum())];
        double[] aac = [.. t.A.Select(a => a.Select((x, j) => x * ac[j]).Sum())];
        if (order >= 3)
            Assert.Equal(1.0 / 6, t.B.Zip(ac, (x, y) => x * y).Sum(), 1e-14);
        if (order >= 4)
            Assert.Equal(1.0 / 24, t.B.Zip(aac, (x, y) => x * y).Sum(), 1e-14);
        Assert.Equal(0, t.Error.Sum(), 1e-14);
    }
}
