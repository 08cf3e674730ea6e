using Joule.Networks;
using Xunit;

namespace Joule.Tests.Networks;

public sealed class SoftmaxTests
{
    [Fact]
    public void Weights_are_the_derivative_of_the_loss()
    {
        float[] logits = [0.5f, -1, 2, 30, 31, 29.5f], weights = new float[6];
        int[] labels = [2, 0];
        double loss = Softmax.Weigh(logits, labels, weights);
        // By the definition, without the shift that keeps exponentials small.
        double expected = 0;
        for (int i = 0; i < 2; i++)
            expected -= Math.Log(Math.Exp(logits[3 * i + labels[i]]) / logits.Skip(3 * i).Take(3).Sum(z => Math.Exp(z))) / 2;
        Assert.Equal(expected, loss, 1e-12);
        float[] unused = new float[6];
        for (int k = 0; k < 6; k++)
        {
            const float Step = 1f / 256; // exact in float32, and an error of about h² = 10⁻⁵
            float[] up = [.. logits], down = [.. logits];
            up[k] += Step;
            down[k] -= Step;
            double slope = (Softmax.Weigh(up, labels, unused) - Softmax.Weigh(down, labels, unused)) / (2 * Step);
            Assert.Equal(slope, weights[k], 1e-5);
        }
    }

    [Fact]
    public void The_top_class_has_the_largest_output()
    {
        (int top, double probability) = Softmax.Top([1, 3, 3, 0], 0);
        Assert.Equal(1, top);
        Assert.Equal(1 / (2 + Math.Exp(-2) + Math.Exp(-3)), probability, 1e-12);
        Assert.Equal((0, 1.0), Softmax.Top([1000, 0], 0));
        Assert.Throws<DivergenceException>(() => { _ = Softmax.Top([0, float.NaN], 3); });
    }
}
