using Joule.Energies;

namespace Joule.Compare.Measuring;

/// <summary>What a case's sides draw to show that they sample the same distribution.</summary>
/// <param name="Exact">The distribution.</param>
/// <param name="Chains">The number of chains.</param>
/// <param name="Draws">The draws of each chain: one, or enough for an effective sample size.</param>
/// <param name="Stride">Steps from one draw to the next.</param>
/// <param name="Counts">
/// Null if a case's time is that of one run; else the draws of one run, and the time is that of 1,000 effective draws.
/// </param>
internal sealed record SamplePlan(IExact Exact, int Chains, int Draws, int Stride, int? Counts = null)
{
    /// <summary>The effective draws that <see cref="Counts"/> is given in.</summary>
    public const double Unit = 1000;

    /// <summary>By what the time of one run is multiplied for the figure of a case.</summary>
    public double Scale(ChainSample sample) => Counts is { } run ? Unit / (sample.Effective() * run / sample.Draws) : 1;
}
