using System.Numerics.Tensors;
using Joule.Compute;
using Joule.States;

namespace Joule.Objectives;

/// <summary>
/// Adds noise to states, with reflection at the walls of their space: a number that would leave [low, high] is mirrored back. A number x
/// with noise then has the density Σₖ N(y; xₖ, σ²) on the box, where the xₖ are x and its mirror images. Its score at y is the mean of
/// −(y − xₖ)/σ² over the images that y may have come from, so (y − xₖ)/σ², with the image that it did come from, is an unbiased target.
/// </summary>
internal static class WallNoise
{
    /// <summary>Adds noise to a state.</summary>
    /// <param name="space">The space, with continuous numbers.</param>
    /// <param name="state">The state.</param>
    /// <param name="noise">
    /// The noise of each number. Receives y − xₖ: the same, with the other sign where a number was mirrored an odd number of times.
    /// </param>
    /// <param name="noisy">Receives the noisy state y, inside the walls.</param>
    public static void Add(StateSpace space, ReadOnlySpan<float> state, Span<float> noise, Span<float> noisy)
    {
        TensorPrimitives.Add(state, noise, noisy);
        if (space.Domain == Domain.Real)
            return;
        bool hasWalls = space.Domain == Domain.Box && space.HasWalls;
        for (int i = 0; i < noisy.Length; i++)
        {
            // Stops at a number that is far outside, which is mirrored alone.
            if (hasWalls && (i += Kernels.Mirror(noisy[i..], noise[i..], space.Low, space.High)) == noisy.Length)
                return;
            (float low, float high) = space.Columns?[i] is { } column ? (column.Low, column.High) : (space.Low, space.High);
            (noisy[i], bool turned) = WallMirror.Of(noisy[i], low, high);
            if (turned)
                noise[i] = -noise[i];
        }
    }
}
