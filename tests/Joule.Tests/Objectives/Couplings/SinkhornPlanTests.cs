using Joule.Compute;
using Joule.Objectives;
using Xunit;

namespace Joule.Tests.Objectives;

public sealed class SinkhornPlanTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1, 0.5)]
    [InlineData(5, 0.02)]
    [InlineData(40, 0.05)]
    [InlineData(40, 3)]
    public void Rows_and_columns_have_equal_shares(int n, double regularization)
    {
        double[] costs = Costs(n);
        SinkhornPlan plan = new(n + 3);
        plan.Solve(costs, n, regularization, 1e-7, 100_000, Token);
        for (int i = 0; i < n; i++)
        {
            Assert.Equal(1.0 / n, Enumerable.Range(0, n).Sum(j => plan.At(i, j)), 1e-13);
            Assert.Equal(1.0 / n, Enumerable.Range(0, n).Sum(j => plan.At(j, i)), 2e-7 / n);
        }
    }

    [Fact]
    public void Two_points_have_the_plan_of_the_closed_form()
    {
        // Plans of two points have one number p = π₀₀, and p/(½ − p) = exp((c₀₁ + c₁₀ − c₀₀ − c₁₁)/2ε) where the objective is stationary.
        double[] costs = [1, 2, 4, 0.5];
        const double regularization = 0.4;
        SinkhornPlan plan = new(2);
        plan.Solve(costs, 2, regularization, 1e-12, 100_000, Token);
        double epsilon = regularization * costs.Average(), odds = Math.Exp((2 + 4 - 1 - 0.5) / (2 * epsilon));
        Assert.Equal(0.5 * odds / (1 + odds), plan.At(0, 0), 1e-10);
        Assert.Equal(0.5 / (1 + odds), plan.At(0, 1), 1e-10);
    }

    [Fact]
    public void With_little_entropy_it_is_the_assignment_and_with_much_it_is_independent()
    {
        const int n = 6;
        double[] costs = Costs(n);
        int[] best = new int[n];
        new LinearAssignment(n).Solve(costs, best, Token);
        SinkhornPlan plan = new(n);
        // The entropy of a plan is at most ln n away from that of another: so is its cost from the least one, times ε.
        const double little = 0.02;
        plan.Solve(costs, n, little, 1e-9, 100_000, Token);
        double cost = Enumerable.Range(0, n * n).Sum(k => costs[k] * plan.At(k / n, k % n)), least = 0;
        for (int i = 0; i < n; i++)
            least += costs[i * n + best[i]] / n;
        Assert.InRange(cost - least, 0, little * costs.Average() * Math.Log(n));
        plan.Solve(costs, n, 1e6, 1e-9, 1000, Token);
        for (int i = 0; i < n; i++)
            Assert.Equal(1.0 / (n * n), plan.At(i, best[i]), 1e-6);
    }

    [Fact]
    public void Draws_have_the_shares_of_their_row()
    {
        const int n = 5, count = 20_000;
        SinkhornPlan plan = new(n);
        plan.Solve(Costs(n), n, 0.3, 1e-9, 10_000, Token);
        RandomStream draws = new(9, RandomPurpose.User, 0);
        int[] found = new int[n];
        for (int d = 0; d < count; d++)
            found[plan.Draw(2, draws.Uniform(0, d))]++;
        for (int j = 0; j < n; j++)
        {
            double share = n * plan.At(2, j);
            Assert.Equal(share, found[j] / (double)count, 5 * Math.Sqrt(share * (1 - share) / count) + 1e-6);
        }
        Assert.InRange(plan.Draw(2, 1 - 1e-17), 0, n - 1);
    }

    [Fact]
    public void Iterations_end_at_the_tolerance_or_at_their_number()
    {
        double[] costs = Costs(20);
        SinkhornPlan plan = new(20);
        plan.Solve(costs, 20, 0.01, 1e-9, 7, Token);
        Assert.Equal(7, plan.Iterations);
        plan.Solve(costs, 20, 10, 1e-3, 1000, Token);
        Assert.InRange(plan.Iterations, 2, 10);
        Assert.Throws<OperationCanceledException>(() => plan.Solve(costs, 20, 1, 1e-3, 10, new CancellationToken(true)));
        costs[3] = double.NaN;
        Assert.Contains("is NaN", Assert.Throws<InvalidInputException>(() => plan.Solve(costs, 20, 1, 1e-3, 10, Token)).Message,
            StringComparison.Ordinal);
        plan.Solve(new double[9], 3, 0.05, 1e-6, 10, Token);
        Assert.Equal(1.0 / 9, plan.At(1, 2), 1e-12);
    }

    private static double[] Costs(int n)
    {
        RandomStream draws = new(6, RandomPurpose.User, (ulong)n);
        return [.. Enumerable.Range(0, n * n).Select(i => 10.0 * draws.Uniform(0, i) + 0.1)];
    }
}
