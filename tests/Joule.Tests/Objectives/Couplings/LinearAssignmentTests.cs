using Joule.Compute;
using Joule.Objectives;
using Xunit;

namespace Joule.Tests.Objectives;

public sealed class LinearAssignmentTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void It_is_as_good_as_the_best_of_all_permutations()
    {
        LinearAssignment assignment = new(7);
        for (int trial = 0; trial < 200; trial++)
        {
            int n = 1 + trial % 7;
            double[] costs = Costs(n, trial, trial % 3 == 0 ? 3 : 1 << 20);
            int[] columns = new int[n];
            assignment.Solve(costs, columns, Token);
            Assert.Equal(Enumerable.Range(0, n), columns.Order());
            double least = Permutations(n).Min(p => Sum(costs, p));
            Assert.Equal(least, Sum(costs, columns), 1e-12 * Math.Max(1, Math.Abs(least)));
        }
    }

    [Fact]
    public void On_a_line_the_order_is_kept()
    {
        // For convex costs of a difference, the optimal pairs of points on a line are sorted alike.
        const int n = 200;
        RandomStream draws = new(5, RandomPurpose.User, 0);
        double[] left = [.. Enumerable.Range(0, n).Select(i => draws.Uniform(0, i))];
        double[] right = [.. Enumerable.Range(0, n).Select(i => 3 * draws.Uniform(1, i) - 1)];
        double[] costs = [.. left.SelectMany(a => right.Select(b => (a - b) * (a - b)))];
        int[] columns = new int[n];
        new LinearAssignment(n).Solve(costs, columns, Token);
        int[] byLeft = [.. Enumerable.Range(0, n).OrderBy(i => left[i])];
        Assert.Equal(Enumerable.Range(0, n).OrderBy(j => right[j]), byLeft.Select(i => columns[i]));
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void A_cost_that_is_not_finite_is_refused(double value)
    {
        double[] costs = [1, 2, 3, value];
        InvalidInputException e = Assert.Throws<InvalidInputException>(() => new LinearAssignment(2).Solve(costs, new int[2], Token));
        Assert.Contains("data row 1 and noise row 1", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void It_can_be_cancelled() => Assert.Throws<OperationCanceledException>(
        () => new LinearAssignment(3).Solve(Costs(3, 1, 2), new int[3], new CancellationToken(true)));

    // Whole numbers below a bound, some of them negative: a small bound makes many ties.
    private static double[] Costs(int n, int trial, int bound)
    {
        RandomStream draws = new(4, RandomPurpose.User, (ulong)trial);
        return [.. Enumerable.Range(0, n * n).Select(i => (double)(draws.Integer(bound, 0, i) - bound / 3))];
    }

    private static double Sum(double[] costs, int[] columns) =>
        columns.Select((column, row) => costs[row * columns.Length + column]).Sum();

    private static IEnumerable<int[]> Permutations(int n) => n == 0
        ? [[]]
        : Permutations(n - 1).SelectMany(p => Enumerable.Range(0, n).Select(at => (int[])[.. p[..at], n - 1, .. p[at..]]));
}
