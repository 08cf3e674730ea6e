namespace Joule.Gpu.Plans;

/// <summary>The gradients of the weights of layers and of terms of the energy, as jobs.</summary>
internal static class WeightJobs
{
    /// <summary>Of a dense layer.</summary>
    /// <param name="source">What it reads, or a part of the energy reads.</param>
    /// <param name="gradient">The gradient of its outputs; of a part of the energy the chains' weights.</param>
    /// <param name="weight">The parameter of (output, number in the public order).</param>
    public static WeightJob Dense(Plane source, Plane gradient, Func<int, int, int> weight) => new(gradient, source, source.Height,
        source.Width, (output, channel, y, x) => weight(output, channel * source.Pixels + y * source.Width + x));

    /// <summary>Of a convolution.</summary>
    /// <param name="inputs">What it reads.</param>
    /// <param name="outputs">The gradient of what it writes.</param>
    /// <param name="c">Its shape. Those of a transposed convolution are exchanged, and its shape is that of the map back.</param>
    public static WeightJob Convolution(Plane inputs, Plane outputs, Convolution c) => new(outputs, inputs, c.Kernel, c.Kernel, c.Weight)
    {
        Step = c.Stride,
        Padding = c.Padding,
    };

    /// <summary>Of a bias.</summary>
    /// <param name="gradient">The gradient of what it is added to.</param>
    /// <param name="bias">The parameter of a channel.</param>
    public static WeightJob Bias(Plane gradient, Func<int, int> bias) => new(gradient, null, 1, 1, (channel, _, _, _) => bias(channel));
}
