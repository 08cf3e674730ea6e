using System.Numerics.Tensors;
using Joule.Compute;

namespace Joule.Evaluation;

/// <summary>Distances between the states of a set: Euclidean, in units of the state.</summary>
/// <param name="Distance">The root mean squared distance between two states. NaN for fewer than two.</param>
/// <param name="Nearest">
/// The median distance from a state to its nearest neighbour, among the first <see cref="Compared"/>: small if states repeat. NaN for fewer
/// than two.
/// </param>
public readonly record struct StateVariety(double Distance, double Nearest)
{
    /// <summary>Largest number of states that are compared in pairs.</summary>
    public const int Compared = 256;

    /// <summary>Measures a set.</summary>
    public static StateVariety Of(Rows states)
    {
        int count = states.Count, width = states.Width;
        if (count < 2)
            return new StateVariety(double.NaN, double.NaN);
        // The mean of ‖x − y‖² over all pairs is twice the sum of the variances of the numbers, with n − 1.
        double[] means = new double[width];
        for (int i = 0; i < count; i++)
        {
            ReadOnlySpan<float> state = states[i];
            for (int j = 0; j < width; j++)
                means[j] += state[j] / (double)count;
        }
        double squares = 0;
        for (int i = 0; i < count; i++)
        {
            ReadOnlySpan<float> state = states[i];
            for (int j = 0; j < width; j++)
                squares += (state[j] - means[j]) * (state[j] - means[j]);
        }
        int compared = Math.Min(count, Compared);
        float[] nearest = new float[compared];
        Array.Fill(nearest, float.PositiveInfinity);
        for (int i = 0; i < compared; i++)
        {
            for (int k = 0; k < i; k++)
            {
                float distance = TensorPrimitives.Distance<float>(states[i], states[k]);
                nearest[i] = Math.Min(nearest[i], distance);
                nearest[k] = Math.Min(nearest[k], distance);
            }
        }
        Array.Sort(nearest);
        return new StateVariety(Math.Sqrt(2 * squares / (count - 1)), (nearest[(compared - 1) / 2] + (double)nearest[compared / 2]) / 2);
    }
}
