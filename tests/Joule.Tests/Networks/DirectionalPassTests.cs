using Joule.Compute;
using Joule.Networks;
using Joule.States;
using Xunit;

namespace Joule.Tests.Networks;

/// <summary>
/// Derivatives along directions and their gradients with respect to the parameters against central differences of an independent float64
/// network: ‖difference‖ / ‖reference‖ is below 10⁻³. Differences across the kink of a ReLU would differ; the fixed draws have none.
/// </summary>
public sealed class DirectionalPassTests
{
    private const int Count = 2;
    private const double Tolerance = 1e-3;

    public static TheoryData<string> Names => new(TestNetworks.All.Keys);

    public static TheoryData<uint> Numbers => new(Enumerable.Range(0, 12).Select(i => (uint)i));

    [Theory]
    [MemberData(nameof(Names))]
    public void A_network_agrees_with_float64(string name) => Check(TestNetworks.All[name].Input, TestNetworks.All[name].Layers);

    [Theory]
    [MemberData(nameof(Numbers))]
    public void A_random_network_agrees_with_float64(uint number)
    {
        // Smooth functions only: random states are often near some kink of so many.
        (Shape input, Layer[] layers) = TestNetworks.Random(number);
        Check(input, [.. layers.Select(l => l is LeakyReluLayer or EluLayer ? new SiluLayer() : l)]);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Threads_and_blocks_do_not_change_a_bit(string name)
    {
        (Shape input, Layer[] layers) = TestNetworks.All[name];
        List<float[]>? first = null;
        for (int threads = 1; threads <= 3; threads++)
        {
            using Device device = Device.Cpu(threads);
            using Network network = new(device, input, layers);
            network.Initialize(5);
            int rows = 2 * network.Plan.BlockRows + 3;
            Rows states = TestRows.Normal(rows, input.Length, 6), directions = TestRows.Normal(rows, input.Length, 7),
                gradient = TestRows.Empty(rows, input.Length);
            using DirectionalPass pass = network.CreatePass(rows, 2), single = network.CreatePass(1, 2);
            List<float[]> all = [pass.ForwardAlong(states, directions).Span.ToArray()];
            pass.ReverseAlong(TestRows.Normal(1, 3 * rows, 9).Span);
            all.Add(pass.ParameterGradient.Span.ToArray());
            all.Add(pass.ForwardGradient(states, gradient).Span.ToArray());
            all.Add(gradient.Span.ToArray());
            pass.ReverseGradient(TestRows.Normal(1, rows, 9).Span, directions, [], []);
            all.Add(pass.ParameterGradient.Span.ToArray());
            for (int i = 0; i < rows; i += 7)
            {
                float[] alone = single.ForwardAlong(states.Slice(i, 1), directions.Slice(i, 1)).Span.ToArray();
                Assert.True(TestRows.SameBits(all[0].AsSpan(3 * i, 3), alone), $"row {i}");
            }
            first ??= all;
            for (int i = 0; i < all.Count; i++)
                Assert.True(TestRows.SameBits(first[i], all[i]), $"{threads} threads, result {i}");
        }
    }

    [Fact]
    public void Values_alone_are_those_of_an_ordinary_pass()
    {
        (Shape input, Layer[] layers) = TestNetworks.All["residual with shortcut"];
        using Device device = Device.Cpu(2);
        using Network network = new(device, input, layers);
        network.Initialize(5);
        Rows states = TestRows.Normal(5, input.Length, 6);
        float[] weights = TestRows.Normal(1, 5, 9).Span.ToArray();
        using NetworkPass ordinary = network.CreatePass(5);
        using DirectionalPass pass = network.CreatePass(5, 1);
        pass.ForwardAlong(states, states); // leaves nothing behind
        Assert.True(TestRows.SameBits(ordinary.Forward(states).Span, pass.Forward(states).Span));
        ordinary.Reverse(weights);
        pass.Reverse(weights);
        Assert.True(TestRows.SameBits(ordinary.ParameterGradient.Span, pass.ParameterGradient.Span));
    }

    [Fact]
    public void A_device_of_its_own_memory_gives_the_same_in_one_launch_each()
    {
        (Shape input, Layer[] layers) = TestNetworks.All["residual with shortcut"];
        List<float[]>? first = null;
        foreach (bool hidden in new[] { false, true })
        {
            using Device device = hidden ? new FakeDevice() : Device.Cpu(1);
            using Network network = new(device, input, layers);
            network.Initialize(5);
            using DeviceBuffer states = device.Allocate(5L * input.Length), directions = device.Allocate(5L * input.Length),
                gradient = device.Allocate(5L * input.Length);
            device.Upload(TestRows.Normal(5, input.Length, 6).Span, states.AsRows(5, input.Length));
            device.Upload(TestRows.Normal(5, input.Length, 7).Span, directions.AsRows(5, input.Length));
            Rows x = states.AsRows(5, input.Length), v = directions.AsRows(5, input.Length), g = gradient.AsRows(5, input.Length);
            using DirectionalPass pass = network.CreatePass(5, 2);
            int launches = (device as FakeDevice)?.Launches ?? 0;
            Rows derivatives = pass.ForwardAlong(x, v);
            List<float[]> all = [device.Download(derivatives)];
            pass.ReverseAlong(TestRows.Normal(1, 15, 9).Span);
            Rows energies = pass.ForwardGradient(x, g);
            all.AddRange([device.Download(energies), device.Download(g)]);
            pass.ReverseGradient(TestRows.Normal(1, 5, 9).Span, v, [], []);
            all.Add(device.Download(pass.ParameterGradient));
            if (device is FakeDevice fake)
                Assert.Equal(4, fake.Launches - launches);
            first ??= all;
            for (int i = 0; i < all.Count; i++)
                Assert.True(TestRows.SameBits(first[i], all[i]), $"result {i}");
        }
    }

    [Fact]
    public void Programs_before_write_what_the_pass_reads_and_programs_beside_run()
    {
        (Shape input, Layer[] layers) = TestNetworks.All["dense net"];
        using Device device = Device.Cpu(2);
        using Network network = new(device, input, layers);
        network.Initialize(5);
        Rows states = TestRows.Normal(4, input.Length, 6), directions = TestRows.Normal(4, input.Length, 7),
            gradient = TestRows.Empty(4, input.Length), written = TestRows.Empty(4, input.Length);
        using DirectionalPass pass = network.CreatePass(4, 1), late = network.CreatePass(4, 1);
        pass.ForwardGradient(states, gradient);
        pass.ReverseGradient([1, 2, 3, 4], directions, [], []);
        late.ForwardGradient(states, gradient);
        bool isBeside = false;
        late.ReverseGradient([1, 2, 3, 4], written,
            [new TestProgram(1, (_, _) => directions.Span.CopyTo(written.Span))], [new TestProgram(1, (_, _) => isBeside = true)]);
        Assert.True(isBeside);
        Assert.True(TestRows.SameBits(pass.ParameterGradient.Span, late.ParameterGradient.Span));
    }

    [Fact]
    public void A_pass_allocates_nothing()
    {
        (Shape input, Layer[] layers) = TestNetworks.All["residual with shortcut"];
        using Device device = Device.Cpu(1);
        using Network network = new(device, input, layers);
        network.Initialize(5);
        Rows states = TestRows.Normal(5, input.Length, 6), directions = TestRows.Normal(5, input.Length, 7),
            gradient = TestRows.Empty(5, input.Length);
        using DirectionalPass pass = network.CreatePass(5, 2);
        float[] weights = new float[15];
        long allocated = 0;
        for (int i = 0; i < 3; i++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            pass.ForwardAlong(states, directions);
            pass.ReverseAlong(weights);
            pass.ForwardGradient(states, gradient);
            pass.ReverseGradient(weights.AsSpan(0, 5), directions, [], []);
            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        }
        Assert.Equal(0, allocated);
    }

    [Fact]
    public void A_cancelled_pass_leaves_the_gradient_alone()
    {
        (Shape input, Layer[] layers) = TestNetworks.All["dense net"];
        using Device device = Device.Cpu(1);
        using Network network = new(device, input, layers);
        network.Initialize(5);
        Rows states = TestRows.Normal(4, input.Length, 6);
        using DirectionalPass pass = network.CreatePass(4, 1);
        pass.ForwardAlong(states, states);
        pass.Cancellation = new CancellationToken(true);
        Assert.Throws<OperationCanceledException>(() => pass.ReverseAlong(new float[8]));
        Assert.Throws<OperationCanceledException>(() => pass.ForwardGradient(states, TestRows.Empty(4, input.Length)));
        Assert.False(pass.ParameterGradient.Span.ContainsAnyExcept(0f));
    }

    [Fact]
    public void What_does_not_fit_is_refused()
    {
        (Shape input, Layer[] layers) = TestNetworks.All["dense net"];
        using Device device = Device.Cpu(1);
        using Network network = new(device, input, layers);
        Rows states = TestRows.Normal(4, input.Length, 6), few = TestRows.Normal(3, input.Length, 6);
        using DirectionalPass pass = network.CreatePass(4, 1);
        Assert.Throws<ArgumentException>(() => pass.ForwardAlong(states, few));
        Assert.Throws<ArgumentException>(() => pass.ForwardGradient(states, few));
        Assert.Throws<ArgumentException>(() => pass.Forward(TestRows.Normal(5, input.Length, 6)));
        pass.ForwardAlong(states, states);
        Assert.Throws<ArgumentException>(() => pass.ReverseAlong(new float[4]));
        Assert.Throws<InvalidOperationException>(() => pass.Reverse(new float[4]));
        Assert.Throws<InvalidOperationException>(() => pass.ReverseGradient(new float[4], states, [], []));
        pass.ForwardGradient(states, TestRows.Empty(4, input.Length));
        pass.ReverseGradient(new float[4], states, [], []);
        Assert.Throws<InvalidOperationException>(() => pass.ReverseGradient(new float[4], states, [], []));
        Assert.Throws<ArgumentOutOfRangeException>(() => network.CreatePass(4, 3));
    }

    [Fact]
    public void A_layer_without_such_derivatives_is_named()
    {
        using Device device = Device.Cpu(1);
        using Network network = new(device, Shape.Vector(1), [new OwnLayer()]);
        InvalidInputException refused = Assert.Throws<InvalidInputException>(() => network.CreatePass(1, 1));
        Assert.Contains(nameof(OwnOperation), refused.Message, StringComparison.Ordinal);
        network.CreatePass(1).Dispose();
    }

    private static void Check(Shape input, Layer[] layers)
    {
        using Device device = Device.Cpu(1);
        using Network network = new(device, input, layers);
        network.Initialize(3);
        ReferenceNetwork reference = new(network);
        Rows states = TestRows.Normal(Count, input.Length, 4), directions = TestRows.Normal(Count, input.Length, 8);
        double[][] x = [.. Enumerable.Range(0, Count).Select(i => TestRows.Doubles(states[i]))],
            v = [.. Enumerable.Range(0, Count).Select(i => TestRows.Doubles(directions[i]))];
        double[] along = [.. x.SelectMany((state, i) => reference.Along(state, v[i]))];
        // At most 14 parameters, spread over all of them, always including the last ones.
        int length = network.Plan.ParameterLength, step = Math.Max(1, length / 12);
        int[] places = [.. Enumerable.Range(0, length).Where(p => p % step == 0 || p >= length - 2)];
        double[][] gradients = [.. places.Select(p => x.SelectMany((state, i) => reference.AlongGradient(state, v[i], p)).ToArray())];

        float[] weights = TestRows.Normal(1, 3 * Count, 9).Span.ToArray();
        for (int order = 1; order <= 2; order++)
        {
            using DirectionalPass pass = network.CreatePass(Count, order);
            float[] derivatives = pass.ForwardAlong(states, directions).Span.ToArray();
            for (int k = 0; k <= order; k++)
                CheckNumbers([.. Every(derivatives, order + 1, k)], [.. Every(along, 3, k)], $"order {k} of {order}");
            for (int k = 0; k <= order; k++)
            {
                float[] only = [.. weights.Take((order + 1) * Count).Select((w, i) => i % (order + 1) == k ? w : 0)];
                pass.ParameterGradient.Span.Clear();
                pass.ReverseAlong(only);
                double[] expected =
                    [.. gradients.Select(g => Enumerable.Range(0, Count).Sum(i => only[i * (order + 1) + k] * g[3 * i + k]))];
                CheckNumbers(At(pass, places), expected, $"gradient of order {k} of {order}");
            }

            Rows gradient = TestRows.Empty(Count, input.Length);
            float[] energies = pass.ForwardGradient(states, gradient).Span.ToArray();
            CheckNumbers(energies, [.. Every(along, 3, 0)], "energies");
            CheckNumbers(gradient.Span, [.. x.SelectMany((_, i) => reference.StateGradient(states[i]))], "∇ₓE");
            pass.ParameterGradient.Span.Clear();
            pass.ReverseGradient(weights.AsSpan(0, Count), directions, [], []);
            CheckNumbers(
                At(pass, places), [.. gradients.Select(g => Enumerable.Range(0, Count).Sum(i => weights[i] * g[3 * i] + g[3 * i + 1]))],
                "gradient along directions chosen from ∇ₓE");
        }
    }

    // The last term is the rounding error of the differences, of which some should be 0, for example the curvature of a linear network.
    private static void CheckNumbers(ReadOnlySpan<float> actual, double[] expected, string what)
    {
        double norm = Math.Sqrt(expected.Sum(e => e * e)), error = 0;
        for (int i = 0; i < expected.Length; i++)
            error += (actual[i] - expected[i]) * (actual[i] - expected[i]);
        Assert.Equal(expected.Length, actual.Length);
        Assert.True(
            Math.Sqrt(error) <= Tolerance * norm + 2e-5 * Math.Sqrt(expected.Length), $"{what}: {Math.Sqrt(error):G3} of {norm:G3}");
    }

    private static IEnumerable<T> Every<T>(T[] numbers, int step, int from) => numbers.Where((_, i) => i % step == from);

    private static float[] At(DirectionalPass pass, int[] places) => [.. places.Select(p => pass.ParameterGradient.Span[p])];

    /// <summary>A layer of a user's own, whose operation knows no orders.</summary>
    private sealed record OwnLayer : Layer
    {
        protected internal override int Build(PlanBuilder builder, int input, string path) =>
            builder.Add(new OwnOperation { Input = input, Output = builder.NewValue(builder.ShapeOf(input)) });
    }

    private sealed class OwnOperation : Operation
    {
        protected internal override void Forward(Tape tape, Rows parameters, int start, int count, Rows scratch)
        {
        }

        protected internal override void Reverse(Tape tape, int start, int count, Rows scratch)
        {
        }
    }
}
