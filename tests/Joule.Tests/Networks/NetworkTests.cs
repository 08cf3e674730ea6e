using Joule.Compute;
using Joule.Networks;
using Joule.States;
using Xunit;

namespace Joule.Tests.Networks;

public sealed class NetworkTests
{
    private static readonly Device Cpu = Device.Cpu(1);

    public static TheoryData<string, string> Impossible => new()
    {
        { "no layers", "no layers" },
        { "kernel too large", "larger than the padded image" },
        { "padding too large", "padding is 3" },
        { "paths differ", "joins 3 with 4" },
        { "one path", "at least 2" },
        { "no outputs", "outputs is 0" },
        { "pool too large", "size is 9" },
    };

    [Theory]
    [MemberData(nameof(Impossible))]
    public void A_network_that_cannot_be_built_says_why(string what, string message)
    {
        (Shape input, Layer[] layers) = what switch
        {
            "no layers" => (Shape.Vector(1), Array.Empty<Layer>()),
            "kernel too large" => (new Shape(1, 3, 3), [new ConvolutionLayer { Outputs = 1, Kernel = 4 }]),
            "padding too large" => (new Shape(1, 3, 3), [new ConvolutionLayer { Outputs = 1, Kernel = 3, Padding = 3 }]),
            "paths differ" => (Shape.Vector(3), [new BranchesLayer { Paths = [[], [new DenseLayer { Outputs = 4 }]] }]),
            "one path" => (Shape.Vector(3), [new BranchesLayer { Paths = [[]] }]),
            "no outputs" => (Shape.Vector(3), [new DenseLayer { Outputs = 0 }]),
            _ => (new Shape(1, 4, 4), new Layer[] { new AveragePoolLayer { Size = 9 } }),
        };
        Assert.Contains(
            message, Assert.Throws<InvalidInputException>(() => new Network(Cpu, input, layers)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Initialization.FanIn)]
    [InlineData(Initialization.Glorot)]
    [InlineData(Initialization.He)]
    public void Initial_weights_have_the_right_variance(Initialization initialization)
    {
        using Network network = new(
            Cpu, new Shape(3, 8, 8), [new ConvolutionLayer { Outputs = 40, Kernel = 5 }, new ReluLayer(), new DenseLayer { Outputs = 1 }]);
        network.Initialize(9, initialization);
        foreach (Parameter parameter in network.Plan.Parameters)
        {
            float[] values = network.Read(parameter);
            double variance = initialization switch
            {
                Initialization.FanIn => 1.0 / parameter.FanIn / 3,
                Initialization.Glorot => 2.0 / (parameter.FanIn + parameter.FanOut),
                _ => 2.0 / parameter.FanIn,
            };
            if (parameter.IsBias && initialization != Initialization.FanIn)
                Assert.All(values, v => Assert.Equal(0, v));
            else if (values.Length > 100)
            {
                // Five standard errors of a relative variance: √(0.8/n) for uniform draws, √(2/n) for normal ones.
                Assert.Equal(1, values.Average(v => (double)v * v) / variance,
                    5 * Math.Sqrt((initialization == Initialization.He ? 2 : 0.8) / values.Length));
            }
        }
        Assert.Equal(75, network.Plan.Parameters[0].FanIn);
        Assert.Equal(40 * 25, network.Plan.Parameters[0].FanOut);
    }

    [Fact]
    public void Weights_depend_on_the_seed_and_take_effect_when_committed()
    {
        Layer[] layers = [new DenseLayer { Outputs = 1 }];
        using Network a = new(Cpu, Shape.Vector(2), layers), b = new(Cpu, Shape.Vector(2), layers);
        a.Initialize(1);
        b.Initialize(1);
        Assert.Equal(a.Parameters.Span.ToArray(), b.Parameters.Span.ToArray());
        b.Initialize(2);
        Assert.NotEqual(a.Parameters.Span.ToArray(), b.Parameters.Span.ToArray());
        Assert.Equal(["0.weight", "0.bias"], a.Plan.Parameters.Select(p => p.Name));
        new[] { 2f, 3f, 0.5f }.CopyTo(a.Parameters.Span);
        a.Commit();
        float[] value = new float[1];
        a.Evaluate(TestRows.Of(1, 2, 10, 100), value);
        Assert.Equal(320.5f, value[0]);
    }

    [Fact]
    public void Rows_of_another_width_or_number_are_refused()
    {
        using Network network = new(Cpu, Shape.Vector(4), [new DenseLayer { Outputs = 1 }]);
        using NetworkPass pass = network.CreatePass(2);
        float[] values = new float[3];
        Assert.Throws<ArgumentException>(() => network.Evaluate(TestRows.Empty(3, 5), values));
        Assert.Throws<ArgumentException>(() => network.Evaluate(TestRows.Empty(4, 4), values));
        Assert.Throws<ArgumentException>(() => network.Gradient(TestRows.Empty(3, 4), values, TestRows.Empty(2, 4)));
        Assert.Throws<ArgumentException>(() => network.Gradient(TestRows.Empty(3, 4), values, TestRows.Empty(3, 3)));
        Assert.Throws<ArgumentException>(() => { pass.Forward(TestRows.Empty(3, 4)); });
        Assert.Throws<ArgumentException>(() => { pass.Forward(TestRows.Empty(2, 5)); });
        pass.Forward(TestRows.Empty(2, 4));
        Assert.Throws<ArgumentException>(() => pass.Reverse([1]));
        using Network several = new(Cpu, Shape.Vector(4), [new DenseLayer { Outputs = 3 }]);
        using NetworkPass wide = several.CreatePass(2);
        Assert.Throws<ArgumentException>(() => several.Evaluate(TestRows.Empty(2, 4), TestRows.Empty(2, 1)));
        wide.Forward(TestRows.Empty(2, 4));
        Assert.Throws<ArgumentException>(() => wide.Reverse([1, 2]));
    }

    [Fact]
    public void Several_outputs_are_those_of_their_rows_and_their_gradients_add_up()
    {
        Layer[] body = [new DenseLayer { Outputs = 7 }, new SiluLayer()];
        using Network network = new(Cpu, Shape.Vector(5), [.. body, new DenseLayer { Outputs = 3 }]);
        network.Initialize(4);
        int rows = network.Plan.BlockRows + 2;
        Rows states = TestRows.Normal(rows, 5, 1), values = TestRows.Empty(rows, 3), gradient = TestRows.Empty(rows, 5);
        network.Gradient(states, values, gradient);
        using NetworkPass pass = network.CreatePass(rows);
        Assert.Equal(values.Span.ToArray(), pass.Forward(states).Span.ToArray());
        float[] weights = TestRows.Normal(1, 3 * rows, 2).Span.ToArray();
        pass.Reverse(weights);
        // Output k alone is a network of one output, whose gradients are checked against float64 elsewhere.
        double[] expected = new double[network.Plan.ParameterLength], sums = new double[5 * rows];
        int head = network.Plan.Parameters[2].Offset, bias = network.Plan.Parameters[3].Offset;
        for (int k = 0; k < 3; k++)
        {
            using Network one = new(Cpu, Shape.Vector(5), [.. body, new DenseLayer { Outputs = 1 }]);
            ReadOnlySpan<float> all = network.Parameters.Span;
            float[] parameters = [.. all[..head], .. all.Slice(head + 7 * k, 7), all[bias + k]];
            parameters.CopyTo(one.Parameters.Span);
            one.Commit();
            Rows value = TestRows.Empty(rows, 1), slope = TestRows.Empty(rows, 5);
            one.Gradient(states, value, slope);
            using NetworkPass single = one.CreatePass(rows);
            single.Forward(states);
            single.Reverse([.. Enumerable.Range(0, rows).Select(i => weights[3 * i + k])]);
            for (int i = 0; i < rows; i++)
                Assert.Equal(value.Span[i], values[i][k], 1e-5);
            for (int i = 0; i < sums.Length; i++)
                sums[i] += slope.Span[i];
            ReadOnlySpan<float> found = single.ParameterGradient.Span;
            for (int p = 0; p < head; p++)
                expected[p] += found[p];
            for (int p = 0; p < 7; p++)
                expected[head + 7 * k + p] = found[head + p];
            expected[bias + k] = found[head + 7];
        }
        // Rounding of float32 sums of some 35 terms of about 1.
        Assert.All(sums, (sum, i) => Assert.Equal(sum, gradient.Span[i], 1e-5));
        Assert.All(expected, (sum, p) => Assert.Equal(sum, pass.ParameterGradient.Span[p], 1e-4));
    }

    [Fact]
    public async Task Threads_share_a_network()
    {
        using Network network = new(
            Cpu, Shape.Vector(40), [new DenseLayer { Outputs = 30 }, new SiluLayer(), new DenseLayer { Outputs = 1 }]);
        network.Initialize(1);
        Rows states = TestRows.Normal(16, 40, 2);
        float[] expected = new float[16];
        network.Evaluate(states, expected);
        Task<bool>[] tasks = [.. Enumerable.Range(0, 6).Select(_ => Task.Run(() =>
        {
            float[] values = new float[16];
            Rows gradient = TestRows.Empty(16, 40);
            bool same = true;
            for (int i = 0; i < 300; i++)
            {
                network.Gradient(states, values, gradient);
                same &= values.AsSpan().SequenceEqual(expected);
            }
            return same;
        }))];
        Assert.All(await Task.WhenAll(tasks), Assert.True);
    }
}
