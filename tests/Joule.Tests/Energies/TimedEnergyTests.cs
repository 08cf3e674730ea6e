using Joule.Compute;
using Joule.Energies;
using Joule.Networks;
using Joule.Samplers;
using Joule.States;
using Xunit;

namespace Joule.Tests.Energies;

public sealed class TimedEnergyTests : IDisposable
{
    private const int Rows = 45;

    private static readonly Layer[] Layers =
        [new TimeLayer { Frequencies = 3 }, new DenseLayer { Outputs = 7 }, new TanhLayer(), new DenseLayer { Outputs = 1 }];

    private readonly Device _device = Device.Cpu(2);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _device.Dispose();

    [Fact]
    public void It_is_the_extended_energy_at_its_time()
    {
        using TimedEnergy energy = SampleEnergies.Timed(_device, Plane, 0.25, Layers);
        Rows states = TestRows.Normal(Rows, 2, 1), values = TestRows.Empty(Rows, 1), gradient = TestRows.Empty(Rows, 2);
        Rows extended = Extend(states, _ => 0.25f), others = TestRows.Empty(Rows, 1), slopes = TestRows.Empty(Rows, 3);
        ((IDifferentiable)energy.Extended).Gradient(extended, others, slopes);
        energy.Gradient(states, values, gradient);
        Assert.True(TestRows.SameBits(others.Span, values.Span));
        for (int i = 0; i < Rows; i++)
            Assert.True(TestRows.SameBits(slopes[i][..2], gradient[i]));
        Assert.Equal(3, energy.Extended.Space.Width);
        Assert.Same(energy, energy.Require<ITimed>("The test"));
    }

    [Fact]
    public void Every_state_may_have_a_time_of_its_own()
    {
        using TimedEnergy energy = SampleEnergies.Timed(_device, Plane, 1, Layers);
        double[] times = [.. Enumerable.Range(0, Rows).Select(i => i / (Rows - 1.0))];
        Rows states = TestRows.Normal(Rows, 2, 1), values = TestRows.Empty(Rows, 1), gradient = TestRows.Empty(Rows, 2);
        Rows extended = Extend(states, i => (float)times[i]), others = TestRows.Empty(Rows, 1), slopes = TestRows.Empty(Rows, 3);
        ((IDifferentiable)energy.Extended).Gradient(extended, others, slopes);
        energy.Gradient(states, times, values, gradient);
        Assert.True(TestRows.SameBits(others.Span, values.Span));
        for (int i = 0; i < Rows; i++)
            Assert.True(TestRows.SameBits(slopes[i][..2], gradient[i]));
        Assert.Contains("45 times", Assert.Throws<InvalidInputException>(
            () => energy.Gradient(states, times.AsSpan(1), values, gradient)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_flow_network_s_field_is_the_descent_of_its_potential()
    {
        using TimedEnergy energy = SampleEnergies.Timed(_device, Plane, 1, Layers, Interpolant.Cosine);
        double[] times = [.. Enumerable.Range(0, Rows).Select(i => i / (Rows - 1.0))];
        Rows states = TestRows.Normal(Rows, 2, 1), values = TestRows.Empty(Rows, 1), gradient = TestRows.Empty(Rows, 2),
            field = TestRows.Empty(Rows, 2);
        energy.Gradient(states, times, values, gradient);
        ITransport transport = Assert.IsType<FlowNetworkEnergy>(energy);
        transport.Velocity(states, times, field);
        Assert.Equal(Interpolant.Cosine, transport.Interpolant);
        for (int i = 0; i < field.Length; i++)
            Assert.Equal(-gradient.Span[i], field.Span[i]);
        Assert.Throws<InvalidInputException>(() => transport.Velocity(states, times.AsSpan(1), field));
        Assert.Throws<InvalidInputException>(() => transport.Velocity(states, times, TestRows.Empty(Rows, 3)));
    }

    [Fact]
    public void A_pass_along_directions_leaves_the_time_alone()
    {
        // Against the extended energy's own pass, with directions whose last number is 0.
        using TimedEnergy energy = SampleEnergies.Timed(_device, Plane, 0.6, Layers);
        using IDirectionalPass pass = energy.CreatePass(Rows, 2), whole = ((ITrainable)energy.Extended).CreatePass(Rows, 2);
        Rows states = TestRows.Normal(Rows, 2, 1), directions = TestRows.Normal(Rows, 2, 2), gradient = TestRows.Empty(Rows, 2);
        Rows extended = Extend(states, _ => 0.6f), along = Extend(directions, _ => 0), slopes = TestRows.Empty(Rows, 3);
        float[] weights = TestRows.Normal(1, 3 * Rows, 3).Span.ToArray();
        Assert.Equal((Rows, 2), (pass.Capacity, pass.Order));
        Assert.True(TestRows.SameBits(whole.ForwardAlong(extended, along).Span, pass.ForwardAlong(states, directions).Span));
        whole.ReverseAlong(weights);
        pass.ReverseAlong(weights);
        Assert.True(TestRows.SameBits(whole.ForwardGradient(extended, slopes).Span, pass.ForwardGradient(states, gradient).Span));
        for (int i = 0; i < Rows; i++)
            Assert.True(TestRows.SameBits(slopes[i][..2], gradient[i]));
        whole.ReverseGradient(weights.AsSpan(0, Rows), along, [], []);
        pass.ReverseGradient(weights.AsSpan(0, Rows), directions, [], []);
        Assert.True(TestRows.SameBits(whole.Forward(extended).Span, pass.Forward(states).Span));
        whole.Reverse(weights.AsSpan(0, Rows));
        pass.Reverse(weights.AsSpan(0, Rows));
        Assert.True(TestRows.SameBits(whole.ParameterGradient.Span, pass.ParameterGradient.Span));
        Assert.True(pass.ParameterGradient.Span.ContainsAnyExcept(0f));
        Assert.Throws<ArgumentException>(() => pass.ForwardAlong(states, TestRows.Empty(Rows, 3)));
        Assert.Throws<ArgumentException>(() => pass.ForwardAlong(TestRows.Empty(Rows + 1, 2), TestRows.Empty(Rows + 1, 2)));
        pass.ForwardGradient(states, gradient);
        Assert.Throws<ArgumentException>(() => pass.ReverseGradient(weights.AsSpan(0, Rows), TestRows.Empty(Rows, 3), [], []));
    }

    [Fact]
    public void Chains_run_on_it_on_any_device_and_allocate_nothing()
    {
        float[][] ends = new float[2][];
        foreach (int which in new[] { 0, 1 })
        {
            using Device device = which == 0 ? Device.Cpu(1) : new FakeDevice();
            using TimedEnergy energy = SampleEnergies.Timed(device, Plane, 1, Layers);
            using ChainLoop loop = new(device, energy, Rows);
            using DeviceBuffer memory = device.Allocate(2 * Rows);
            Rows states = memory.AsRows(Rows, 2);
            device.Upload(TestRows.Normal(Rows, 2, 5).Span, states);
            Sampler sampler = new LangevinOptions().Create(energy);
            RandomStream noise = new(1, RandomPurpose.SamplingChains, 0);
            loop.Run(sampler, states, 5, noise, 0, Token);
            long before = GC.GetAllocatedBytesForCurrentThread();
            loop.Run(sampler, states, 5, noise, 5, Token);
            if (which == 0)
                Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
            ends[which] = device.Download(states);
        }
        Assert.True(TestRows.SameBits(ends[0], ends[1]));
    }

    [Fact]
    public void Layers_begin_with_the_time_and_know_the_shape_of_the_state()
    {
        TimedNetworkEnergyOptions options = new() { Layers = [new ConvolutionLayer { Outputs = 2 }, new SumLayer()] };
        Assert.Equal(["time", "conv", "sum"], options.ListLayers(new Shape(1, 5, 6)).Select(r => r.Type));
        Assert.Equal(new Shape(9, 5, 6), options.ListLayers(new Shape(1, 5, 6))[0].Output);
        TimedNetworkEnergyOptions own = options with { Layers = [new TimeLayer(), .. options.Layers] };
        Assert.Equal(options.ListLayers(new Shape(1, 5, 6)), own.ListLayers(new Shape(1, 5, 6)));
        Assert.Equal(Shape.Vector(11), new TimedNetworkEnergyOptions { Layers = [new SumLayer()] }.ListLayers(Shape.Vector(3))[0].Output);
        Assert.Equal(OptionsJson.Write(own).ToJsonString(),
            OptionsJson.Write(OptionsJson.Read<EnergyOptions>(OptionsJson.Write(own), "It")).ToJsonString());
        Assert.IsType<TimedNetworkEnergy>(own.Create(_device, StateSpace.Box(new Shape(1, 5, 6), 0, 1), 1000));
        Assert.Throws<InvalidInputException>(() => own.Create(_device, StateSpace.Box(new Shape(1, 5, 6), 0, 1), 10));
    }

    [Fact]
    public void What_does_not_fit_is_refused()
    {
        Assert.Contains("energy.field=linear", Assert.Throws<InvalidInputException>(
            () => SampleEnergies.Timed(_device, StateSpace.Box(Shape.Vector(2), 0, 1), 1, Layers, Interpolant.Cosine)).Message,
            StringComparison.Ordinal);
        Assert.Contains("time of an energy is 2", Assert.Throws<InvalidInputException>(
            () => SampleEnergies.Timed(_device, Plane, 2, Layers)).Message, StringComparison.Ordinal);
        Assert.Contains("at least two numbers", Assert.Throws<InvalidInputException>(
            () => new Network(_device, Shape.Vector(1), Layers)).Message, StringComparison.Ordinal);
        Assert.Contains("takes a state of 3×2×2 and its time, 13 numbers, and was given 9", Assert.Throws<InvalidInputException>(
            () => new Network(_device, Shape.Vector(9), [new TimeLayer { Shape = new Shape(3, 2, 2) }, new SumLayer()])).Message,
            StringComparison.Ordinal);
        using TimedEnergy boxed = SampleEnergies.Timed(_device, StateSpace.Box(Shape.Vector(2), 0, 1), 1, Layers, Interpolant.Linear);
        FlowOptions noisy = new() { Solver = FlowSolver.EulerMaruyama, Noise = 1 };
        Assert.Contains("normal noise", Assert.Throws<InvalidInputException>(() => noisy.Create(boxed)).Message, StringComparison.Ordinal);
    }

    private static StateSpace Plane => StateSpace.Real(Shape.Vector(2));

    private static Rows Extend(Rows states, Func<int, float> last)
    {
        Rows extended = TestRows.Empty(states.Count, states.Width + 1);
        for (int i = 0; i < states.Count; i++)
        {
            states[i].CopyTo(extended[i]);
            extended[i][states.Width] = last(i);
        }
        return extended;
    }
}
