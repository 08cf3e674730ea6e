using System.IO.Hashing;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Joule.Compute;

namespace Joule.Data;

/// <summary>
/// Uniform dequantisation (Uria, Murray and Larochelle 2013, "RNADE"; Theis, van den Oord and Bethge 2016, arXiv:1511.01844): a grey level
/// p = 0 … 255 becomes m + (1 − 2m)·(p + u)/256 with u uniform on [0, 1) and a margin m = 10⁻⁴. A density of such states bounds the
/// probability of the 8-bit image from below: log₂ P(p) ≥ E log₂ p(x) − n·log₂(256/(1 − 2m)).
/// </summary>
/// <remarks>
/// The noise is a function of the image alone: the same image is always the same state, in any order, file or run. The margin keeps states
/// away from the walls, where the logit of a state has no value.
/// </remarks>
public static class DequantizedPixels
{
    /// <summary>m: the distance from the walls, as a share of the box.</summary>
    public const float Margin = 1e-4f;

    /// <summary>Grey levels.</summary>
    public const int Levels = 256;

    /// <summary>Makes one image continuous, in place.</summary>
    /// <param name="pixels">Brightness from 0 to 1, of 8-bit pixels p/255; afterwards from m to 1 − m.</param>
    public static void Apply(Span<float> pixels)
    {
        RandomStream draws = new(XxHash3.HashToUInt64(MemoryMarshal.AsBytes(pixels)), RandomPurpose.Dequantization, 0);
        Span<float> noise = pixels.Length <= 1024 ? stackalloc float[pixels.Length] : new float[pixels.Length];
        draws.FillUniform(noise, 0);
        TensorPrimitives.MultiplyAdd(pixels, Levels - 1f, noise, pixels);
        TensorPrimitives.Multiply(pixels, (1 - 2 * Margin) / Levels, pixels);
        TensorPrimitives.Add(pixels, Margin, pixels);
    }

    /// <summary>Bits per dimension of a dequantised image.</summary>
    /// <param name="logDensity">ln p(x) of the state, in nats; mean over images.</param>
    /// <param name="numbers">Numbers of a state, n.</param>
    /// <param name="width">The width of the states' box.</param>
    public static double BitsPerDimension(double logDensity, int numbers, double width = 1) =>
        Math.Log2(Levels / ((1 - 2 * (double)Margin) * width)) - logDensity / (numbers * Math.Log(2));
}
