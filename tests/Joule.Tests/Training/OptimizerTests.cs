using Joule.Compute;
using Joule.Training;
using Xunit;

namespace Joule.Tests.Training;

/// <summary>
/// Several steps against the papers' formulas in float64, element by element: ‖difference‖ / ‖change‖ is below 10⁻⁵, from float32 rounding.
/// </summary>
public sealed class OptimizerTests
{
    private const int Steps = 6;

    private static readonly Device Cpu = Device.Cpu(1);

    private delegate double Rule(double parameter, double gradient, int t, double rate, ref double m, ref double v);

    [Theory]
    [InlineData(1, 0f)]
    [InlineData(16, 0.1f)]
    [InlineData(53, 0.1f)]
    public void Adam(int length, float decay)
    {
        AdamOptions o = new() { LearningRate = 0.05f, Beta1 = 0.8f, Beta2 = 0.95f, Epsilon = 1e-4f, WeightDecay = decay };
        Check(o, length, (double p, double g, int t, double rate, ref double m, ref double v) =>
        {
            m = (double)o.Beta1 * m + (1 - (double)o.Beta1) * g;
            v = (double)o.Beta2 * v + (1 - (double)o.Beta2) * g * g;
            double mHat = m / (1 - Math.Pow(o.Beta1, t)), vHat = v / (1 - Math.Pow(o.Beta2, t));
            return p - rate * decay * p - rate * mHat / (Math.Sqrt(vHat) + o.Epsilon);
        });
    }

    [Theory]
    [InlineData(1, 0f)]
    [InlineData(16, 0.1f)]
    [InlineData(53, 0.1f)]
    public void Momentum(int length, float decay)
    {
        MomentumOptions o = new() { LearningRate = 0.05f, Momentum = 0.8f, WeightDecay = decay };
        Check(o, length, (double p, double g, int t, double rate, ref double m, ref double v) =>
        {
            v = (double)o.Momentum * v + g;
            return p - rate * decay * p - rate * v;
        });
    }

    [Theory]
    [InlineData(1, 0f)]
    [InlineData(16, 0.1f)]
    [InlineData(53, 0.1f)]
    public void RmsProp(int length, float decay)
    {
        RmsPropOptions o = new() { LearningRate = 0.05f, Smoothing = 0.9f, Epsilon = 1e-3f, WeightDecay = decay };
        Check(o, length, (double p, double g, int t, double rate, ref double m, ref double v) =>
        {
            v = (double)o.Smoothing * v + (1 - (double)o.Smoothing) * g * g;
            return p - rate * decay * p - rate * g / (Math.Sqrt(v) + o.Epsilon);
        });
    }

    [Fact]
    public void The_first_step_of_Adam_is_the_learning_rate_times_the_sign()
    {
        using Optimizer adam = new AdamOptions { LearningRate = 0.01f }.Create(Cpu, 3);
        Rows parameters = TestRows.Empty(1, 3);
        adam.Step(parameters, TestRows.Of(1, 3, 100, -1e-3f, 2), 0, 1, 1);
        Assert.Equal(-0.01, parameters.Span[0], 1e-7);
        Assert.Equal(0.01, parameters.Span[1], 1e-6);
        Assert.Equal(-0.01, parameters.Span[2], 1e-7);
    }

    [Fact]
    public void Moments_of_a_zero_gradient_reach_zero_and_NaN_stays()
    {
        // 0.9ⁿ · 10⁻²⁵ falls below 10⁻³⁰ after 110 steps; with rounding alone it would get stuck at 4 times the smallest number.
        foreach (int length in new[] { 3, 16, 19 })
        {
            Rows parameters = TestRows.Empty(1, length), gradient = TestRows.Empty(1, length);
            Rows mean = TestRows.Empty(1, length), square = TestRows.Empty(1, length);
            mean.Span.Fill(1e-25f);
            square.Span.Fill(2e-38f);
            for (int i = 0; i < 120; i++)
                Kernels.Adam(parameters, gradient, mean, square, new AdamCoefficients(0.1f, 0.9f, 0.95f, 1e-8f, 1, 1, 1, 0));
            Assert.All([.. mean.Span.ToArray(), .. square.Span.ToArray()], m => Assert.Equal(0, m));
            Assert.All(parameters.Span.ToArray(), p => Assert.True(float.IsFinite(p)));
            gradient.Span[length - 1] = float.NaN;
            Kernels.Momentum(parameters, gradient, mean, 1, 0.9f, 1, 0);
            Assert.True(float.IsNaN(mean.Span[length - 1]) && float.IsNaN(parameters.Span[length - 1]));
        }
    }

    [Fact]
    public void Every_option_out_of_range_is_named()
    {
        List<string> problems = [];
        OptionsCheck.Add(new AdamOptions { LearningRate = 0, WeightDecay = -1, Beta1 = 1, Beta2 = float.NaN, Epsilon = 0 }, problems);
        OptionsCheck.Add(new MomentumOptions { Momentum = -0.1f }, problems);
        OptionsCheck.Add(new RmsPropOptions { Smoothing = 2, Epsilon = -1 }, problems);
        Assert.Equal(["learning_rate", "weight_decay", "beta1", "beta2", "epsilon", "momentum", "smoothing", "epsilon"],
            problems.Select(p => p.Split(' ')[0]));
    }

    private static void Check(OptimizerOptions options, int length, Rule rule)
    {
        using Optimizer optimizer = options.Create(Cpu, length);
        Rows parameters = TestRows.Normal(1, length, 1);
        double[] start = TestRows.Doubles(parameters.Span), expected = [.. start], m = new double[length], v = new double[length];
        for (int t = 0; t < Steps; t++)
        {
            Rows gradient = TestRows.Normal(1, length, (ulong)(10 + t));
            double[] given = TestRows.Doubles(gradient.Span);
            double factor = 1 - 0.1 * t, scale = t % 2 == 0 ? 1 : 0.5;
            optimizer.Step(parameters, gradient, t, factor, scale);
            for (int i = 0; i < length; i++)
                expected[i] = rule(expected[i], given[i] * scale, t + 1, options.LearningRate * factor, ref m[i], ref v[i]);
            Assert.All(gradient.Span.ToArray(), g => Assert.Equal(0, g));
        }
        double[] change = [.. TestRows.Doubles(parameters.Span).Zip(start, (a, b) => a - b)];
        Assert.InRange(TestRows.RelativeError(change, [.. expected.Zip(start, (a, b) => a - b)]), 0, 1e-5);
    }
}
