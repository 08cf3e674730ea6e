using System.Numerics.Tensors;
using Joule.Compute;
using Joule.Energies;
using Joule.Samplers;
using Joule.States;

namespace Joule.Runs;

/// <summary>
/// Restores the lower half of images from their upper half, by chains on the conditional distribution: a test of the whole model, since the
/// restored image should be of the true class. Several chains run for each image, and the end that is nearest to all others is taken: one
/// of the commonest kind, where more than one kind fits.
/// </summary>
public static class Inpainting
{
    /// <summary>Chains for each image. The end that is nearest to all others is taken.</summary>
    public const int Chains = 16;

    /// <summary>Restores images.</summary>
    /// <param name="device">The device.</param>
    /// <param name="energy">The energy of whole states.</param>
    /// <param name="sampler">The sampler of the free half.</param>
    /// <param name="steps">Steps of a chain, from noise.</param>
    /// <param name="states">The images, as states.</param>
    /// <param name="chosen">Those to restore.</param>
    /// <param name="seed">The seed of noise and chains.</param>
    /// <param name="progress">Receives the number of images restored; may be null.</param>
    /// <param name="cancellation">Stops the chains between steps.</param>
    /// <returns>The restored states, concatenated; upper halves are unchanged, bit for bit.</returns>
    /// <exception cref="InvalidInputException">States have one row, or the energy lacks what clamping or the sampler needs.</exception>
    /// <exception cref="DivergenceException">An energy or a gradient became non-finite.</exception>
    public static float[] Run(Device device, Energy energy, SamplerOptions sampler, int steps, StateSet states, IReadOnlyList<int> chosen,
        ulong seed, Action<int>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(energy);
        ArgumentNullException.ThrowIfNull(states);
        ArgumentNullException.ThrowIfNull(chosen);
        Shape shape = states.Space.Shape;
        int width = states.Space.Width, plane = shape.Height * shape.Width;
        bool[] isFree = new bool[width];
        for (int i = 0; i < width; i++)
            isFree[i] = i % plane / shape.Width >= shape.Height / 2;
        if (shape.Height < 2)
            throw new InvalidInputException($"States of {shape} have no upper half to restore a lower half from.");
        float[] restored = new float[chosen.Count * width], state = new float[width];
        for (int i = 0; i < chosen.Count; i++)
        {
            int image = chosen[i];
            states.Read(image, state);
            RandomStream draws = new(seed, RandomPurpose.Inpainting, (ulong)image);
            ulong own = ((ulong)draws.Bits(0, 0) << 32) | draws.Bits(0, 1);
            using ClampedEnergy clamped = new(energy, state, isFree);
            using SampleDraw draw = new(device, clamped, sampler, Chains, own);
            draw.StartFromNoise();
            draw.Run(steps, cancellation);
            Rows ends = draw.Look();
            clamped.Expand(ends[MostTypical(ends)], restored.AsSpan(i * width, width));
            progress?.Invoke(i + 1);
        }
        return restored;
    }

    // The row with the smallest sum of distances to the others: of draws of several kinds, one of the commonest.
    private static int MostTypical(Rows rows)
    {
        int best = 0;
        double least = double.PositiveInfinity;
        for (int i = 0; i < rows.Count; i++)
        {
            double sum = 0;
            for (int j = 0; j < rows.Count; j++)
                sum += TensorPrimitives.Distance(rows[i], rows[j]);
            if (sum < least)
                (best, least) = (i, sum);
        }
        return best;
    }
}
