using Joule.Compute;
using Xunit;

namespace Joule.Tests.Compute;

public sealed class MixtureKernelsTests
{
    private static readonly double[] Heights = [-1, 0.5, -3], Factors = [-0.5, -2, -0.1];

    [Theory]
    [InlineData(1, 1)]
    [InlineData(7, 2)]
    [InlineData(8, 3)]
    [InlineData(9, 10)]
    [InlineData(17, 33)]
    public void Energies_and_gradients_are_those_of_the_formula(int rows, int width)
    {
        Rows x = TestRows.Normal(rows, width, 1), gradient = TestRows.Empty(rows + 1, width);
        gradient.Span.Fill(float.NaN);
        double[] means = Means(width);
        float[] energies = new float[rows], alone = new float[rows];
        Run(x, means, energies, gradient.Slice(0, rows));
        Run(x, means, alone, default);
        Assert.True(TestRows.SameBits(energies, alone));
        for (int n = 0; n < rows; n++)
        {
            double[] parts = [.. Heights.Select((h, k) => Math.Exp(h + Factors[k] * Enumerable.Range(0, width)
                .Sum(i => Math.Pow(x[n][i] - means[k * width + i], 2))))];
            Assert.Equal(-Math.Log(parts.Sum()), energies[n], 1e-6 * (1 + Math.Abs(energies[n])));
            for (int i = 0; i < width; i++)
            {
                double slope = Enumerable.Range(0, 3).Sum(k => parts[k] / parts.Sum() * -2 * Factors[k] * (x[n][i] - means[k * width + i]));
                Assert.Equal(slope, gradient[n][i], 1e-6 * (1 + Math.Abs(slope)));
            }
        }
        Assert.All(gradient[rows].ToArray(), v => Assert.True(float.IsNaN(v)));
    }

    [Fact]
    public void A_row_does_not_depend_on_its_position_in_the_batch()
    {
        Rows x = TestRows.Normal(20, 3, 3), gradient = TestRows.Empty(20, 3), one = TestRows.Empty(1, 3);
        float[] energies = new float[20], alone = new float[1];
        Run(x, Means(3), energies, gradient);
        for (int n = 0; n < 20; n++)
        {
            Run(x.Slice(n, 1), Means(3), alone, one);
            Assert.Equal(energies[n], alone[0]);
            Assert.True(TestRows.SameBits(gradient[n], one.Span));
        }
    }

    [Fact]
    public void Far_rows_are_finite_and_those_that_are_not_numbers_stay_alone()
    {
        Rows x = TestRows.Empty(3, 1);
        x.Span[0] = 1e15f;
        x.Span[1] = float.NaN;
        x.Span[2] = 0.5f;
        float[] energies = new float[3];
        Rows gradient = TestRows.Empty(3, 1);
        Run(x, [0, 1, 2], energies, gradient);
        Assert.Equal(1e29, energies[0], 1e24); // 0.1·x²: the widest component
        Assert.Equal(2e14, gradient.Span[0], 1e8);
        Assert.True(float.IsNaN(energies[1]) && float.IsNaN(gradient.Span[1]));
        Assert.True(float.IsFinite(energies[2]) && float.IsFinite(gradient.Span[2]));
    }

    [Fact]
    public void Too_little_room_is_an_error() => Assert.Throws<ArgumentOutOfRangeException>(
        () => MixtureKernels.Evaluate(TestRows.Empty(1, 2), Means(2), Heights, Factors, new float[1], default, new double[39]));

    private static double[] Means(int width) => [.. Enumerable.Range(0, 3 * width).Select(i => Math.Sin(i))];

    private static void Run(Rows x, double[] means, float[] energies, Rows gradient) =>
        MixtureKernels.Evaluate(x, means, Heights, Factors, energies, gradient, new double[MixtureKernels.Scratch(x.Width, 3)]);
}
