using System.Numerics.Tensors;
using Joule.Compute;
using Joule.Energies;

namespace Joule.Evaluation;

/// <summary>
/// Explains the energy of an image: gradient descent inside the walls of the space until the image is likely, and the gradient integrated
/// along the way (Sundararajan, Taly and Yan, "Axiomatic attribution for deep networks", 2017, equation 1, along this path instead of a
/// line). The share of a pixel is −∫ ∂E/∂xᵢ dxᵢ by the trapezoidal rule; steps are so short that it misses at most 2% of each drop, and
/// what it misses is spread over the pixels in proportion to the size of their shares.
/// </summary>
public static class PixelDescent
{
    private const int MostSteps = 400;
    private const double LargestError = 0.02;
    private const double Shortest = 1e-4;

    /// <summary>Goes from an image to a likely one.</summary>
    /// <param name="device">The device.</param>
    /// <param name="energy">The energy, with a gradient.</param>
    /// <param name="state">The image, as a state.</param>
    /// <param name="likely">Which energies are likely.</param>
    /// <param name="cancellation">Cancels between steps.</param>
    /// <returns>A share for each number of the state.</returns>
    /// <exception cref="InvalidInputException">The energy has no gradient.</exception>
    /// <exception cref="DivergenceException">An energy or a gradient is not finite.</exception>
    public static Descent Run(Device device, Energy energy, ReadOnlySpan<float> state, Likely likely,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(energy);
        ArgumentNullException.ThrowIfNull(likely);
        IDifferentiable differentiable = energy.Require<IDifferentiable>("An explanation of images");
        using Probe probe = new(device, differentiable, state.Length);
        float[] at = state.ToArray();
        (float first, float[] slope) = probe.At(at);
        float now = first, range = energy.Space.HasWalls ? energy.Space.High - energy.Space.Low : 1;
        double[] shares = new double[at.Length];
        double length = 0.5 * range;
        for (int step = 0; step < MostSteps && !likely.Holds(now) && length > Shortest * range; step++)
        {
            cancellation.ThrowIfCancellationRequested();
            float[] next = new float[at.Length];
            float norm = TensorPrimitives.Norm<float>(slope);
            if (norm == 0)
                break;
            for (int i = 0; i < next.Length; i++)
                next[i] = at[i] - (float)(length / norm) * slope[i];
            energy.Space.Clamp(next);
            (float lower, float[] nextSlope) = probe.At(next);
            double sum = 0;
            for (int i = 0; i < next.Length; i++)
                sum += Part(i);
            double drop = (double)now - lower;
            if (!(drop > 0) || Math.Abs(sum - drop) > LargestError * drop)
            {
                length /= 2;
                continue;
            }
            for (int i = 0; i < next.Length; i++)
                shares[i] += Part(i);
            (at, now, slope, length) = (next, lower, nextSlope, Math.Min(1.3 * length, range));

            double Part(int i) => -0.5 * ((double)slope[i] + nextSlope[i]) * ((double)next[i] - at[i]);
        }
        Settle(shares, (double)first - now);
        return new Descent(first, now, at, shares, likely.Holds(now));
    }

    private static void Settle(double[] shares, double total)
    {
        double sum = shares.Sum(), size = shares.Sum(Math.Abs);
        for (int i = 0; i < shares.Length && size > 0; i++)
            shares[i] += (total - sum) * Math.Abs(shares[i]) / size;
    }

    // The energy and its gradient at one state, wherever the device keeps them.
    private sealed class Probe(Device device, IDifferentiable energy, int width) : IDisposable
    {
        private readonly DeviceBuffer _state = device.Allocate(width);
        private readonly DeviceBuffer _gradient = device.Allocate(width);
        private readonly float[] _energy = new float[1];

        public (float Energy, float[] Gradient) At(float[] state)
        {
            device.Upload(state, _state.AsRows(1, width));
            energy.Gradient(_state.AsRows(1, width), _energy, _gradient.AsRows(1, width));
            float[] gradient = device.Download(_gradient.AsRows(1, width));
            if (!float.IsFinite(_energy[0]))
                throw new DivergenceException("energy of an image", 0, 0, _energy[0]);
            int bad = gradient.AsSpan().IndexOfAnyExceptInRange(float.MinValue, float.MaxValue);
            if (bad >= 0)
                throw new DivergenceException("gradient of an image", 0, 0, gradient[bad]);
            return (_energy[0], gradient);
        }

        public void Dispose()
        {
            _state.Dispose();
            _gradient.Dispose();
        }
    }
}
