using Joule.Data;
using Xunit;

namespace Joule.Tests.Data;

public sealed class DequantizedPixelsTests
{
    [Fact]
    public void A_pixel_stays_within_its_grey_level_and_the_noise_is_uniform()
    {
        // 256·400 draws of u: five standard errors of the mean, √(1/12n), and of the second moment, √(4/45n).
        const int repeats = 400, n = 256 * repeats;
        float[] pixels = [.. Enumerable.Range(0, n).Select(i => i % 256 / 255f)];
        DequantizedPixels.Apply(pixels);
        double mean = 0, second = 0;
        for (int i = 0; i < n; i++)
        {
            double level = (pixels[i] - 1e-4) / (1 - 2e-4) * 256, noise = level - i % 256;
            Assert.InRange(noise, -1e-4, 1 + 1e-4);
            mean += noise / n;
            second += noise * noise / n;
        }
        Assert.Equal(0.5, mean, 5 * Math.Sqrt(1 / (12.0 * n)) + 1e-5);
        Assert.Equal(1 / 3.0, second, 5 * Math.Sqrt(4 / (45.0 * n)) + 1e-5);
    }

    [Fact]
    public void The_same_image_is_always_the_same_state_and_another_has_other_noise()
    {
        float[] one = new float[784], again = new float[784], other = new float[784];
        other[5] = 1 / 255f;
        foreach (float[] image in new[] { one, again, other })
            DequantizedPixels.Apply(image);
        Assert.Equal(one, again);
        Assert.NotEqual(one[100], other[100]);
    }

    [Fact]
    public void A_uniform_density_has_eight_bits_a_pixel() =>
        Assert.Equal(8, DequantizedPixels.BitsPerDimension(-784 * Math.Log(1 - 2e-4), 784), 1e-6);
}
