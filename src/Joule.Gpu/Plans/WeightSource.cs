namespace Joule.Gpu.Plans;

/// <summary>Where a packed weight comes from: the index of a parameter of the network, or a constant.</summary>
internal static class WeightSource
{
    /// <summary>The number 0: padding.</summary>
    public const int Zero = -1;

    /// <summary>The number 1: a sum.</summary>
    public const int One = -2;

    /// <summary>The packed weights.</summary>
    /// <param name="sources">Their sources.</param>
    /// <param name="parameters">The network's parameters.</param>
    public static float[] Pack(ReadOnlySpan<int> sources, ReadOnlySpan<float> parameters)
    {
        float[] packed = new float[sources.Length];
        for (int i = 0; i < packed.Length; i++)
            packed[i] = sources[i] >= 0 ? parameters[sources[i]] : sources[i] == One ? 1 : 0;
        return packed;
    }
}
