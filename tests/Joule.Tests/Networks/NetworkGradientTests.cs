using Joule.Compute;
using Joule.Networks;
using Joule.States;
using Xunit;

namespace Joule.Tests.Networks;

/// <summary>
/// Energies, ∇ₓE and ∇θ Σ wᵢE(xᵢ) against an independent float64 network and its central differences: ‖difference‖ / ‖reference‖ is below
/// 10⁻⁴. States and weights are fixed draws; none is at the kink of a ReLU, where the two would differ.
/// </summary>
public sealed class NetworkGradientTests
{
    private const double Tolerance = 1e-4;

    public static TheoryData<string> Names => new(TestNetworks.All.Keys);

    public static TheoryData<uint> Numbers => new(Enumerable.Range(0, 30).Select(i => (uint)i));

    [Theory]
    [MemberData(nameof(Names))]
    public void A_network_agrees_with_float64(string name) => Check(TestNetworks.All[name].Input, TestNetworks.All[name].Layers);

    [Theory]
    [MemberData(nameof(Numbers))]
    public void A_random_network_agrees_with_float64(uint number)
    {
        (Shape input, Layer[] layers) = TestNetworks.Random(number);
        Check(input, layers);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Rows_threads_and_blocks_do_not_change_a_bit(string name)
    {
        (Shape input, Layer[] layers) = TestNetworks.All[name];
        float[]? firstGradient = null;
        for (int threads = 1; threads <= 3; threads++)
        {
            using Device device = Device.Cpu(threads);
            using Network network = new(device, input, layers);
            network.Initialize(5);
            int block = network.Plan.BlockRows, most = 2 * block + 3;
            Rows states = TestRows.Normal(most, input.Length, 6), gradient = TestRows.Empty(most, input.Length),
                one = TestRows.Empty(1, input.Length);
            float[] values = new float[most], single = new float[1];
            network.Gradient(states, values, gradient);
            using NetworkPass pass = network.CreatePass(most);
            foreach (int rows in new[] { 1, 3, block, block + 1, most })
                Assert.True(TestRows.SameBits(values.AsSpan(0, rows), pass.Forward(states.Slice(0, rows)).Span), $"{rows} rows");
            for (int i = 0; i < most; i += 5)
            {
                network.Gradient(states.Slice(i, 1), single, one);
                Assert.True(TestRows.SameBits(values.AsSpan(i, 1), single) && TestRows.SameBits(gradient[i], one.Span), $"row {i}");
                network.Evaluate(states.Slice(i, 1), single);
                Assert.True(TestRows.SameBits(values.AsSpan(i, 1), single), $"row {i} alone");
            }
            pass.Reverse(TestRows.Normal(1, most, 9).Span);
            float[] parameters = pass.ParameterGradient.Span.ToArray();
            firstGradient ??= parameters;
            Assert.True(TestRows.SameBits(firstGradient, parameters), $"{threads} threads");
        }
    }

    [Theory]
    [InlineData("dense net")]
    [InlineData("residual with shortcut")]
    [InlineData("flatten inside a branch")]
    public void The_gradient_of_a_batch_is_the_sum_over_its_rows(string name)
    {
        (Shape input, Layer[] layers) = TestNetworks.All[name];
        using Device device = Device.Cpu(2);
        using Network network = new(device, input, layers);
        network.Initialize(5);
        int most = 2 * network.Plan.BlockRows + 3;
        using NetworkPass pass = network.CreatePass(most), single = network.CreatePass(1);
        foreach (int rows in new[] { 1, 3, most / 2 - 1, most / 2, most })
        {
            Rows states = TestRows.Normal(rows, input.Length, 6);
            float[] weights = TestRows.Normal(1, rows, 3).Span.ToArray();
            double[] sum = new double[network.Plan.ParameterLength];
            for (int i = 0; i < rows; i++)
            {
                single.ParameterGradient.Span.Clear();
                single.Forward(states.Slice(i, 1));
                single.Reverse(weights.AsSpan(i, 1));
                for (int p = 0; p < sum.Length; p++)
                    sum[p] += single.ParameterGradient.Span[p];
            }
            pass.ParameterGradient.Span.Clear();
            pass.Forward(states);
            pass.Reverse(weights);
            Assert.InRange(TestRows.RelativeError(pass.ParameterGradient.Span, sum), 0, 1e-5);
            // Reverse adds, so a second call doubles the gradient.
            pass.Reverse(weights);
            Assert.InRange(TestRows.RelativeError(pass.ParameterGradient.Span, [.. sum.Select(v => 2 * v)]), 0, 1e-5);
        }
    }

    private static void Check(Shape input, Layer[] layers)
    {
        const int rows = 3;
        using Device device = Device.Cpu(1);
        using Network network = new(device, input, layers);
        network.Initialize(3);
        ReferenceNetwork reference = new(network);
        Rows states = TestRows.Normal(rows, input.Length, 4), gradient = TestRows.Empty(rows, input.Length);
        float[][] all = [.. Enumerable.Range(0, rows).Select(i => states[i].ToArray())];
        float[] values = new float[rows], weights = [0.7f, -1.3f, 0.4f];
        network.Gradient(states, values, gradient);
        Assert.InRange(TestRows.RelativeError(values, [.. all.Select(s => reference.Evaluate(s))]), 0, 1e-5);
        Assert.InRange(TestRows.RelativeError(gradient.Span, [.. all.SelectMany(s => reference.StateGradient(s))]), 0, Tolerance);
        if (network.Plan.ParameterLength == 0)
            return;

        using NetworkPass pass = network.CreatePass(rows);
        pass.Forward(states);
        pass.Reverse(weights);
        // At most 150 parameters, spread over all of them, always including the last ones.
        int length = network.Plan.ParameterLength, step = Math.Max(1, length / 150);
        int[] places = [.. Enumerable.Range(0, length).Where(i => i % step == 0 || i >= length - 8)];
        float[] at = [.. places.Select(p => pass.ParameterGradient.Span[p])];
        Assert.InRange(TestRows.RelativeError(at, reference.ParameterGradient(all, weights, places)), 0, Tolerance);
    }
}
