using Joule.Compute;
using Joule.Networks;

namespace Joule.Tests;

/// <summary>A network's results as arrays of the host.</summary>
internal static class NetworkCalls
{
    public static void Evaluate(this Network network, Rows states, Span<float> values) => Gradient(network, states, values, default);

    public static void Gradient(this Network network, Rows states, Span<float> values, Rows gradient)
    {
        Rows rows = TestRows.Empty(values.Length, 1);
        network.Gradient(states, rows, gradient);
        rows.Span.CopyTo(values);
    }
}
