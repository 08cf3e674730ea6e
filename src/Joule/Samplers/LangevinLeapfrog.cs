using Joule.Compute;
using Joule.States;

namespace Joule.Samplers;

/// <summary>
/// A Langevin step x − η∇E + √(2ηT)ξ as one leapfrog step of time ε = √(2ηT) that starts with the momentum ξ: x + ε(ξ − (ε/2T)∇E).
/// </summary>
internal static class LangevinLeapfrog
{
    /// <summary>Drift, kick and walls of that leapfrog step.</summary>
    /// <param name="stepSize">η.</param>
    /// <param name="temperature">T.</param>
    /// <param name="space">The states, whose walls reflect.</param>
    public static LeapfrogCoefficients Coefficients(float stepSize, float temperature, StateSpace space)
    {
        float drift = (float)Math.Sqrt(2.0 * stepSize * temperature);
        return new LeapfrogCoefficients(drift, drift / temperature, space.Low, space.High);
    }
}
