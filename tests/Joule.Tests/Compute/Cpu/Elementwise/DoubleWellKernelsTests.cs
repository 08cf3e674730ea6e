using Joule.Compute;
using Xunit;

namespace Joule.Tests.Compute;

public sealed class DoubleWellKernelsTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(15)]
    [InlineData(16)]
    [InlineData(17)]
    [InlineData(32)]
    [InlineData(47)]
    [InlineData(64)]
    [InlineData(2048)]
    [InlineData(2049)]
    [InlineData(5003)]
    public void Energies_and_gradients_are_those_of_the_formula_for_every_width(int width)
    {
        const float height = 0.7f, b = 1.3f;
        Rows x = TestRows.Normal(5, width, 1), gradient = TestRows.Empty(5, width);
        gradient.Span.Fill(float.NaN);
        float[] energies = new float[3], alone = new float[3];
        HostKernels.DoubleWell(x.Slice(1, 3), height, b, energies, gradient.Slice(1, 3));
        HostKernels.DoubleWell(x.Slice(1, 3), height, b, alone);
        Assert.True(TestRows.SameBits(energies, alone));
        for (int n = 0; n < 3; n++)
        {
            double energy = 0;
            for (int i = 0; i < width; i++)
            {
                double v = x[n + 1][i], d = v * v - b, slope = 4 * (double)height * v * d;
                energy += height * d * d;
                // Two roundings, and that of v² − b, which is 6·10⁻⁸ of b near a well.
                Assert.Equal(slope, gradient[n + 1][i], 3e-7 * (Math.Abs(slope) + 4 * height * b * Math.Abs(v)));
            }
            Assert.Equal(energy, energies[n], 5e-7 * energy);
        }
        // Nothing is written before the first row or after the last.
        Assert.All(gradient[0].ToArray(), v => Assert.True(float.IsNaN(v)));
        Assert.All(gradient[4].ToArray(), v => Assert.True(float.IsNaN(v)));
    }

    [Fact]
    public void A_row_does_not_depend_on_its_position_in_the_batch()
    {
        Rows x = TestRows.Normal(20, 21, 3), gradient = TestRows.Empty(20, 21), one = TestRows.Empty(1, 21);
        float[] energies = new float[20], alone = new float[1];
        HostKernels.DoubleWell(x, 1, 1, energies, gradient);
        for (int n = 0; n < 20; n++)
        {
            HostKernels.DoubleWell(x.Slice(n, 1), 1, 1, alone, one);
            Assert.Equal(energies[n], alone[0]);
            Assert.True(TestRows.SameBits(gradient[n], one.Span));
        }
    }

    [Fact]
    public void NaN_stays_in_its_row()
    {
        foreach (int width in new[] { 3, 16, 35 })
        {
            Rows x = TestRows.Empty(2, width), gradient = TestRows.Empty(2, width);
            x[1][width - 1] = float.NaN;
            float[] energies = new float[2];
            HostKernels.DoubleWell(x, 1, 1, energies, gradient);
            Assert.Equal(width, energies[0]);
            Assert.True(float.IsNaN(energies[1]) && float.IsNaN(gradient[1][width - 1]));
        }
    }
}
