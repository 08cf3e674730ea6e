namespace Joule.Samplers;

/// <summary>The proposals of chains with an accept test, accepted and rejected.</summary>
/// <param name="Proposed">Number of proposals of all chains.</param>
/// <param name="Accepted">Number accepted.</param>
/// <param name="Divergent">Number that diverged and so were rejected. More than a few call for a smaller step.</param>
/// <param name="ErrorSum">
/// Σ|ΔH| of those that did not diverge, in nats, where H = E/T + ½‖p‖²; for MALA, ΔH is the logarithm of the tested ratio.
/// </param>
public readonly record struct ProposalFigures(long Proposed, long Accepted, long Divergent, double ErrorSum)
{
    /// <summary>The accepted share, from 0 to 1; NaN without proposals.</summary>
    public double Acceptance => Proposed == 0 ? double.NaN : (double)Accepted / Proposed;

    /// <summary>
    /// The mean |ΔH| of those that did not diverge: how well the proposals conserve energy. NaN if there are none.
    /// </summary>
    public double EnergyError => Proposed == Divergent ? double.NaN : ErrorSum / (Proposed - Divergent);

    /// <summary>The sum of both.</summary>
    public static ProposalFigures operator +(ProposalFigures a, ProposalFigures b) =>
        new(a.Proposed + b.Proposed, a.Accepted + b.Accepted, a.Divergent + b.Divergent, a.ErrorSum + b.ErrorSum);
}
