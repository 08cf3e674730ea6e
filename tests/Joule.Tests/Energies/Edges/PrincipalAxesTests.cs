using Joule.Compute;
using Joule.Energies;
using Joule.States;
using Xunit;

namespace Joule.Tests.Energies;

public sealed class PrincipalAxesTests
{
    private const int Width = 12;

    [Fact]
    public void The_axes_are_those_of_largest_variance()
    {
        // Column j has deviation 6, 5, 4, then 0.3, along axes that a reflection turns: H = 1 − 2uuᵀ, |u| = 1.
        double[] u = [.. Enumerable.Range(1, Width).Select(j => j / Math.Sqrt(650))];
        Rows rows = TestRows.Empty(3000, Width), normal = TestRows.Normal(3000, Width, 4);
        for (int i = 0; i < rows.Count; i++)
        {
            double[] z = [.. Enumerable.Range(0, Width).Select(j => normal[i][j] * Deviation(j))];
            double along = z.Zip(u, (a, b) => a * b).Sum();
            for (int j = 0; j < Width; j++)
                rows[i][j] = (float)(7 + z[j] - 2 * along * u[j]);
        }
        PrincipalAxes axes = Fit(rows, 3, out float[] fitted);
        for (int c = 0; c < 3; c++)
        {
            float[] vector = fitted[((1 + c) * Width)..((2 + c) * Width)];
            Assert.Equal(1, vector.Sum(v => (double)v * v), 1e-5);
            double cosine = vector.Select((v, j) => v * ((j == c ? 1 : 0) - 2 * u[j] * u[c])).Sum();
            // Samples turn axes c and c′ into each other by about 1/√3000·λλ′/(λ² − λ′²), below 0.05 here.
            Assert.InRange(Math.Abs(cosine), 0.99, 1.00001);
        }
        // Squared distances are those in the whole space: components, and the rest.
        float[] point = new float[4];
        axes.Forward(rows[5], new float[Width], point);
        double expected = Enumerable.Range(0, Width).Sum(j => Math.Pow(rows[5][j] - (double)fitted[j], 2));
        Assert.Equal(expected, point.Sum(p => (double)p * p), 1e-4 * expected);

        static double Deviation(int j) => j < 3 ? 6 - j : 0.3;
    }

    [Theory]
    [InlineData(12)]
    [InlineData(5)]
    public void Rows_without_variance_in_some_directions_have_axes_too(int components)
    {
        Rows rows = TestRows.Empty(20, Width);
        for (int i = 0; i < rows.Count; i++)
        {
            rows[i].Fill(1);
            rows[i][3] = i;
        }
        _ = Fit(rows, components, out float[] fitted);
        for (int c = 0; c < components; c++)
        {
            for (int other = 0; other <= c; other++)
            {
                double product = Enumerable.Range(0, Width)
                    .Sum(j => (double)fitted[(1 + c) * Width + j] * fitted[(1 + other) * Width + j]);
                Assert.Equal(c == other ? 1 : 0, product, 1e-6);
            }
        }
        Assert.Equal(1, Math.Abs(fitted[Width + 3]), 1e-6);
    }

    [Fact]
    public void The_reverse_is_the_gradient()
    {
        PrincipalAxes axes = Fit(TestRows.Normal(50, Width, 3), 4, out _);
        float[] row = [.. Enumerable.Range(0, Width).Select(j => 0.3f * j - 1)], centred = new float[Width], point = new float[5];
        double[] factors = [0.5, -1, 2, 0.25, 1.5];
        axes.Forward(row, centred, point);
        float[] gradient = new float[Width];
        axes.Reverse(centred, point, factors, gradient);
        for (int j = 0; j < Width; j++)
            Assert.Equal((At(j, 0.01f) - At(j, -0.01f)) / 0.02, gradient[j], 1e-3);

        double At(int j, float step)
        {
            float[] moved = [.. row], there = new float[5];
            moved[j] += step;
            axes.Forward(moved, new float[Width], there);
            return there.Zip(factors, (p, f) => p * f).Sum();
        }
    }

    private static PrincipalAxes Fit(Rows values, int components, out float[] fitted)
    {
        using Device device = Device.Cpu(2);
        ArrayStates states = new("rows", StateSpace.Real(Shape.Vector(values.Width)),
            [.. Enumerable.Range(0, values.Count).Select(i => values[i].ToArray())]);
        FitRows rows = FitRows.Read(device, states, 1, TestContext.Current.CancellationToken);
        fitted = new float[PrincipalAxes.CountNumbers(values.Width, components)];
        PrincipalAxes.Fit(rows, values, components, fitted);
        return new PrincipalAxes(fitted, values.Width, components);
    }
}
