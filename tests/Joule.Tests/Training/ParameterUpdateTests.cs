using Joule.Compute;
using Joule.Training;
using Xunit;

namespace Joule.Tests.Training;

public sealed class ParameterUpdateTests
{
    public static TheoryData<string, int> Cases => new()
    {
        { "adam", 1 }, { "adam", 8192 }, { "adam", 8193 }, { "adam", 50_003 }, { "sgd", 50_003 }, { "rmsprop", 50_003 },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Chunks_on_any_number_of_threads_equal_one_pass_bit_for_bit(string name, int length)
    {
        OptimizerOptions options = name switch
        {
            "adam" => new AdamOptions { WeightDecay = 0.1f },
            "sgd" => new MomentumOptions(),
            _ => new RmsPropOptions(),
        };
        (float[] whole, float[] wholeAverage) = OnePass(options, length);
        double[] norms = [.. new[] { 1, 2, 3 }.Select(threads =>
        {
            using Device device = Device.Cpu(threads);
            using Optimizer optimizer = options.Create(device, length);
            Rows parameters = TestRows.Normal(1, length, 1), gradient = TestRows.Empty(1, length), average = TestRows.Normal(1, length, 1);
            using ParameterUpdate update = new(device, optimizer, parameters, gradient, average);
            double norm = 0;
            for (int t = 0; t < 3; t++)
            {
                TestRows.Normal(1, length, (ulong)(10 + t)).Span.CopyTo(gradient.Span);
                norm = update.GradientNorm();
                int after = 0;
                // A quarter of the norm: the gradient is multiplied by exactly 0.25.
                Assert.Equal(norm, update.Step(t, 0.5, 0.25 * norm, 0.75f, new TestProgram(2, (_, _) => Interlocked.Increment(ref after))));
                Assert.Equal((0, 2), (update.GradientNorm(), after));
            }
            Assert.True(TestRows.SameBits(whole, parameters.Span));
            Assert.True(TestRows.SameBits(wholeAverage, average.Span));
            return norm;
        })];
        double expected = Math.Sqrt(TestRows.Normal(1, length, 12).Span.ToArray().Sum(g => (double)g * g));
        Assert.Equal(expected, norms[0], 1e-12 * expected);
        Assert.All(norms, n => Assert.Equal(norms[0], n));
    }

    [Fact]
    public void A_bad_gradient_anywhere_shows_in_the_norm()
    {
        using Device device = Device.Cpu(2);
        using Optimizer optimizer = new AdamOptions().Create(device, 30_000);
        Rows parameters = TestRows.Empty(1, 30_000), gradient = TestRows.Empty(1, 30_000);
        using ParameterUpdate update = new(device, optimizer, parameters, gradient, default);
        gradient.Span[29_999] = float.NaN;
        Assert.True(double.IsNaN(update.GradientNorm()));
        // No step is made, and the gradient is unchanged.
        gradient.Span[0] = 1;
        Assert.True(double.IsNaN(update.Step(0, 1, null, 0, new TestProgram(0, (_, _) => { }))));
        Assert.All(parameters.Span.ToArray(), p => Assert.Equal(0, p));
        Assert.Equal(1, gradient.Span[0]);
    }

    private static (float[] Parameters, float[] Average) OnePass(OptimizerOptions options, int length)
    {
        using Device device = Device.Cpu(1);
        using Optimizer optimizer = options.Create(device, length);
        Rows parameters = TestRows.Normal(1, length, 1), average = TestRows.Normal(1, length, 1);
        for (int t = 0; t < 3; t++)
        {
            optimizer.Step(parameters, TestRows.Normal(1, length, (ulong)(10 + t)), t, 0.5, 0.25);
            Kernels.MovingAverage(average, parameters, 0.75f);
        }
        return (parameters.Span.ToArray(), average.Span.ToArray());
    }
}
