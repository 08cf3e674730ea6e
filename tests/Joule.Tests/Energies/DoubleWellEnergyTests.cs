using Joule.Compute;
using Joule.Energies;
using Joule.States;
using Xunit;

namespace Joule.Tests.Energies;

public sealed class DoubleWellEnergyTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(8)]
    [InlineData(19)]
    [InlineData(130)]
    public void The_gradient_is_the_slope_of_the_energy(int width)
    {
        const float height = 1.5f, b = 0.75f;
        DoubleWellEnergy energy = new(Shape.Vector(width), height, b);
        Rows x = TestRows.Normal(4, width, 3), gradient = TestRows.Empty(4, width);
        float[] energies = new float[4], again = new float[4];
        energy.Gradient(x, energies, gradient);
        energy.Evaluate(x, again);
        Assert.True(TestRows.SameBits(energies, again));
        double[] slopes = new double[x.Length];
        for (int n = 0; n < 4; n++)
        {
            Assert.Equal(x[n].ToArray().Sum(v => Well(v)), energies[n], 1e-6 * energies[n] + 1e-6);
            for (int i = 0; i < width; i++)
            {
                const double step = 1e-4;
                double v = x[n][i];
                slopes[n * width + i] = (Well(v + step) - Well(v - step)) / (2 * step);
            }
        }
        // The central difference of a quartic has the error step²·4h·v: at most 10⁻⁷ of it here.
        Assert.InRange(TestRows.RelativeError(gradient.Span, slopes), 0, 1e-6);

        static double Well(double v) => height * (v * v - b) * (v * v - b);
    }

    [Fact]
    public void Minima_barrier_and_curvature_are_as_documented()
    {
        DoubleWellEnergy energy = new(Shape.Vector(2), 2, 4);
        Rows x = TestRows.Of(3, 2, 2, -2, 0, 0, 2.001f, -2), gradient = TestRows.Empty(3, 2);
        float[] energies = new float[3];
        energy.Gradient(x, energies, gradient);
        Assert.Equal(32, energy.Barrier);
        Assert.Equal([0, 64], energies[..2]);
        Assert.Equal([0, 0, 0, 0], gradient.Span[..4].ToArray());
        Assert.Equal(8 * 2 * 4, gradient[2][0] / (x[2][0] - 2), 0.1);
        Assert.Equal("2, real", energy.Space.ToString());
    }

    [Theory]
    [InlineData(1f, 1f)]
    [InlineData(0.25f, 3f)]
    [InlineData(2f, 10f)]
    [InlineData(100f, 0.01f)]
    [InlineData(1e4f, 100f)]
    public void Moments_satisfy_integration_by_parts(float height, float b)
    {
        // ∫ d/dx (xᵏ e^−E) = 0: k·mean(xᵏ⁻¹) = mean(xᵏ·E′) with E′ = 4h(x³ − bx).
        DoubleWellEnergy energy = new(Shape.Vector(1), height, b);
        Assert.Equal(1, energy.Moment(0), 1e-15);
        Assert.Equal(0, energy.Moment(3));
        for (int k = 1; k <= 7; k += 2)
        {
            double left = k * energy.Moment(k - 1), high = 4 * (double)height * energy.Moment(k + 3),
                low = 4 * (double)height * b * energy.Moment(k + 1);
            Assert.Equal(left, high - low, 1e-12 * high);
        }
    }

    [Fact]
    public void The_partition_function_has_its_two_limits()
    {
        // Without wells: ∫ exp(−h·x⁴) dx = 2·Γ(5/4)·h^−¼, and E[x²] = Γ(3/4) / Γ(1/4) / √h.
        const double gamma54 = 0.90640247705547707798, gamma34 = 1.22541670246517764513;
        DoubleWellEnergy quartic = new(new Shape(3, 2, 2), 7, 1e-14f);
        Assert.Equal(12 * (Math.Log(2 * gamma54) - 0.25 * Math.Log(7)), quartic.LogPartition, 1e-11);
        Assert.Equal(gamma34 / (4 * gamma54) / Math.Sqrt(7), quartic.Moment(2), 1e-12);
        // Deep wells: twice a Gaussian of curvature 8hb; the next term, −V⁗/8V″² + 5V‴²/24V″³, is 3/(16·h·b²).
        DoubleWellEnergy deep = new(Shape.Vector(1), 50, 8);
        double gaussian = Math.Log(2) + 0.5 * Math.Log(2 * Math.PI / (8.0 * 50 * 8));
        double second = 3.0 / (16 * deep.Barrier);
        Assert.Equal(gaussian + second, deep.LogPartition, 20 * second * second);
        Assert.NotEqual(gaussian, deep.LogPartition, second / 2);
    }

    [Fact]
    public void Invalid_parameters_are_refused()
    {
        string message = Assert.Throws<InvalidInputException>(() => new DoubleWellEnergy(Shape.Vector(2), 0, float.NaN)).Message;
        Assert.All(["height", "b is"], word => Assert.Contains(word, message, StringComparison.Ordinal));
        Assert.Throws<InvalidInputException>(() => new DoubleWellEnergy(Shape.Vector(2), float.PositiveInfinity, 1));
        Assert.Throws<InvalidInputException>(() => new DoubleWellEnergy(Shape.Vector(2), 1, -1));
        Assert.Throws<InvalidInputException>(() => new DoubleWellEnergy(Shape.Vector(0), 1, 1));
        DoubleWellEnergy energy = new(Shape.Vector(2), 1, 1);
        Assert.Throws<ArgumentOutOfRangeException>(() => energy.Moment(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => energy.Moment(17));
        Assert.Throws<InvalidInputException>(() => energy.Evaluate(TestRows.Empty(1, 3), new float[1]));
        Assert.Throws<InvalidInputException>(() => energy.Gradient(TestRows.Empty(2, 2), new float[2], TestRows.Empty(1, 2)));
    }
}
