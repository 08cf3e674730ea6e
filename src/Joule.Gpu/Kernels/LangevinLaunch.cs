using Joule.Compute;
using Joule.Gpu.Ptx;
using Joule.Samplers;
using Joule.States;

namespace Joule.Gpu.Kernels;

/// <summary>The numbers of a launch of <see cref="NetworkLangevin"/>, in the order of its parameters after the memory.</summary>
internal static class LangevinLaunch
{
    /// <summary>The arguments.</summary>
    /// <param name="options">The sampler; its noise follows the step.</param>
    /// <param name="space">The states.</param>
    /// <param name="count">Number of chains.</param>
    /// <param name="steps">Steps of each chain.</param>
    /// <param name="noise">The draws; its step is that of the first step.</param>
    /// <param name="firstChain">The number of the first chain.</param>
    /// <exception cref="InvalidInputException">The GPU has no kernel for these options.</exception>
    public static KernelArgument[] Arguments(
        LangevinOptions options, StateSpace space, int count, int steps, in RandomStream noise, uint firstChain)
    {
        if (options.NoiseFirst)
            throw new InvalidInputException("The GPU's Langevin kernel adds the noise after the step; noise_first must be false.");
        if ((uint)noise.Step + (ulong)steps > uint.MaxValue)
        {
            throw new InvalidInputException(
                $"The GPU counts the steps of a launch in 32 bits; {noise.Step} and {steps} more pass a border.");
        }
        return
        [
            (uint)count, (uint)steps, options.StepSize, options.NoiseDeviation(), options.GradientClip ?? float.PositiveInfinity, space.Low,
            space.High, noise.Key0, noise.Key1, noise.Counter2, noise.Counter3, firstChain,
        ];
    }
}
