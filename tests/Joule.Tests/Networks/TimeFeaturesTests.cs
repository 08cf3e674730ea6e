using Joule.Networks;
using Xunit;

namespace Joule.Tests.Networks;

public sealed class TimeFeaturesTests
{
    [Fact]
    public void They_are_sines_and_cosines_and_their_derivatives()
    {
        float[] features = new float[6];
        TimeFeatures.Write(0.5f, 0, features);
        float[] expected = [MathF.Sqrt(0.5f), MathF.Sqrt(0.5f), 1, 0, 0, -1];
        for (int i = 0; i < 6; i++)
            Assert.Equal(expected[i], features[i], 1e-6);
        for (int derivative = 1; derivative < 4; derivative++)
        {
            float[] slopes = new float[6], up = new float[6], down = new float[6];
            TimeFeatures.Write(0.3f, derivative, slopes);
            TimeFeatures.Write(0.3f + 1f / 128, derivative - 1, up);
            TimeFeatures.Write(0.3f - 1f / 128, derivative - 1, down);
            // Central differences of sin ωt: their relative error is (ω/128)²/6, at most .04% with ω = 2π.
            for (int i = 0; i < 6; i++)
                Assert.Equal((up[i] - down[i]) * 64.0, slopes[i], 1e-3 * Math.Pow(2 * Math.PI, derivative));
        }
    }
}
