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
    private const int Rows = 3;
    private const double Tolerance = 1e-3;

    public static TheoryData<string> Names => new(TestNetworks.All.Keys);

    public static TheoryData<uint> Numbers => new(Enumerable.Range(0, 20).Select(i => (uint)i));

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

    private static void Check(Shape input, Layer[] layers)
    {
        using Device device = Device.Cpu(1);
        using Network network = new(device, input, layers);
        network.Initialize(3);
        ReferenceNetwork reference = new(network);
        Rows states = TestRows.Normal(Rows, input.Length, 4), directions = TestRows.Normal(Rows, input.Length, 8);
        double[][] x = [.. Enumerable.Range(0, Rows).Select(i => TestRows.Doubles(states[i]))],
            v = [.. Enumerable.Range(0, Rows).Select(i => TestRows.Doubles(directions[i]))];
        double[] along = [.. x.SelectMany((state, i) => reference.Along(state, v[i]))];
        // At most 40 parameters, spread over all of them, always including the last ones.
        int length = network.Plan.ParameterLength, step = Math.Max(1, length / 40);
        int[] places = [.. Enumerable.Range(0, length).Where(p => p % step == 0 || p >= length - 4)];
        double[][] gradients = [.. places.Select(p => x.SelectMany((state, i) => reference.AlongGradient(state, v[i], p)).ToArray())];

        float[] weights = TestRows.Normal(1, 3 * Rows, 9).Span.ToArray();
        for (int order = 1; order <= 2; order++)
        {
            using DirectionalPass pass = network.CreatePass(Rows, order);
            float[] derivatives = pass.ForwardAlong(states, directions).Span.ToArray();
            for (int k = 0; k <= order; k++)
                CheckNumbers([.. Every(derivatives, order + 1, k)], [.. Every(along, 3, k)], $"order {k} of {order}");
            for (int k = 0; k <= order; k++)
            {
                float[] only = [.. weights.Take((order + 1) * Rows).Select((w, i) => i % (order + 1) == k ? w : 0)];
                pass.ParameterGradient.Span.Clear();
                pass.ReverseAlong(only);
                double[] expected = [.. gradients.Select(g => Enumerable.Range(0, Rows).Sum(i => only[i * (order + 1) + k] * g[3 * i + k]))];
                CheckNumbers(At(pass, places), expected, $"gradient of order {k} of {order}");
            }

            Rows gradient = TestRows.Empty(Rows, input.Length);
            float[] energies = pass.ForwardGradient(states, gradient).Span.ToArray();
            CheckNumbers(energies, [.. Every(along, 3, 0)], "energies");
            CheckNumbers(gradient.Span, [.. x.SelectMany((_, i) => reference.StateGradient(states[i]))], "∇ₓE");
            pass.ParameterGradient.Span.Clear();
            pass.ReverseGradient(weights.AsSpan(0, Rows), directions, [], []);
            CheckNumbers(
                At(pass, places), [.. gradients.Select(g => Enumerable.Range(0, Rows).Sum(i => weights[i] * g[3 * i] + g[3 * i + 1]))],
                "gradient along directions chosen from ∇ₓE");
        }
    }

    // Some references are exactly 0, for example the curvature of a linear network; differences leave rounding errors there.
    private static void CheckNumbers(ReadOnlySpan<float> actual, double[] expected, string what)
    {
        double norm = Math.Sqrt(expected.Sum(e => e * e));
        if (norm < 1e-5)
        {
            foreach (float number in actual)
                Assert.True(Math.Abs(number) < 1e-5, $"{what}: {number} instead of 0");
            return;
        }
        double error = TestRows.RelativeError(actual, expected);
        Assert.True(error < Tolerance, $"{what}: relative error {error:G3}");
    }

    private static IEnumerable<T> Every<T>(T[] numbers, int step, int from) => numbers.Where((_, i) => i % step == from);

    private static float[] At(DirectionalPass pass, int[] places) => [.. places.Select(p => pass.ParameterGradient.Span[p])];
}
