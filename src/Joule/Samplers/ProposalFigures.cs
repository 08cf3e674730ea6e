namespace Joule.Samplers;

/// <summary>What became of the proposals of chains with an accept test.</summary>
/// <param name="Proposed">How many there were, of all chains together.</param>
/// <param name="Accepted">How many were accepted.</param>
/// <param name="Divergent">How many diverged, and were rejected for it. More than a few call for a smaller step.</param>
/// <param name="ErrorSum">Σ|ΔH| of those that did not diverge, in nats, where H = E/T + ½‖p‖²: for MALA the logarithm of the quotient that
/// is tested.</param>
public readonly record struct ProposalFigures(long Proposed, long Accepted, long Divergent, double ErrorSum)
{
    /// <summary>The share that was accepted, from 0 to 1; not a number where there were none.</summary>
    public double Acceptance => Proposed == 0 ? double.NaN : (double)Accepted / Proposed;

    /// <summary>
    /// The mean of |ΔH| of those that did not diverge: how well the proposals keep the energy. Not a number where there were none.
    /// </summary>
    public double EnergyError => Proposed == Divergent ? double.NaN : ErrorSum / (Proposed - Divergent);

    /// <summary>Both together.</summary>
    public static ProposalFigures operator +(ProposalFigures a, ProposalFigures b) =>
        new(a.Proposed + b.Proposed, a.Accepted + b.Accepted, a.Divergent + b.Divergent, a.ErrorSum + b.ErrorSum);
}
