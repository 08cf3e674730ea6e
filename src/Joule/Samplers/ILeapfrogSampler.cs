using Joule.Compute;

namespace Joule.Samplers;

/// <summary>
/// A sampler with leapfrog trajectories and an accept test (<see cref="LeapfrogTransition"/>), for devices with kernels of their own.
/// </summary>
internal interface ILeapfrogSampler
{
    /// <summary>T.</summary>
    double Temperature { get; }

    /// <summary>The scales of a diagonal metric; empty for unit masses; null for a dense metric.</summary>
    float[]? Scale { get; }

    /// <summary>The trajectory of a step.</summary>
    /// <param name="noise">The draws of the step.</param>
    (LeapfrogCoefficients Coefficients, int Length) Trajectory(in RandomStream noise);
}
