namespace Joule.Energies;

public sealed partial class EightSchoolsEnergy : IStateFormula
{
    /// <inheritdoc/>
    public FormulaNumber Write(StateFormulaWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        FormulaIndex atMu = writer.Index(0), atLogTau = writer.Index(1);
        FormulaNumber mu = writer.State(atMu), logTau = writer.State(atLogTau), tau = writer.Exp(logTau);
        (double scale, _) = EightSchoolsGiven.Scales(_prior);
        (FormulaNumber energy, FormulaNumber logTauSlope) = TauPrior(writer, logTau, _prior);
        FormulaNumber muSlope = 1 / (scale * scale) * mu;
        energy += 0.5 * (muSlope * mu);
        double constant = Math.Log(scale) + LogRoot;
        for (int j = 0; j < EightSchoolsPosterior.Schools; j++)
        {
            (double effect, double error) = EightSchoolsPosterior.Data(j);
            FormulaIndex at = writer.Index(First + j);
            FormulaNumber own = writer.State(at), eta = _centred ? (own - mu) / tau : own, theta = _centred ? own : mu + tau * own;
            FormulaNumber rest = 1 / error * (theta - effect), pull = 1 / error * rest;
            energy += 0.5 * (rest * rest + eta * eta);
            if (_centred)
                energy += logTau;
            constant += Math.Log(error) + 2 * LogRoot;
            muSlope = _centred ? muSlope - eta / tau : muSlope + pull;
            logTauSlope = _centred ? logTauSlope - (eta * eta - 1) : logTauSlope + pull * tau * eta;
            writer.SetSlope(at, _centred ? pull + eta / tau : pull * tau + eta);
        }
        writer.SetSlope(atMu, muSlope);
        writer.SetSlope(atLogTau, logTauSlope);
        return energy + constant;
    }

    // As EightSchoolsGiven.TauPrior.
    private static (FormulaNumber Energy, FormulaNumber Slope) TauPrior(FormulaWriter w, FormulaNumber logTau, EightSchoolsPrior prior)
    {
        double scale = EightSchoolsGiven.Scales(prior).Tau;
        if (prior == EightSchoolsPrior.LogNormal)
        {
            FormulaNumber z = 1 / scale * (logTau - 5);
            return (0.5 * (z * z) + (0.5 * Math.Log(2 * Math.PI) + Math.Log(scale)), 1 / scale * z);
        }
        FormulaNumber log = 2 * logTau - 2 * Math.Log(scale), larger = w.Combine(FormulaOperation.Max, log, w.Constant(0));
        FormulaNumber sum = larger + w.Log(w.Exp(-larger) + w.Exp(log - larger));
        return (sum - logTau + Math.Log(Math.PI * scale / 2), w.Constant(2) / (w.Exp(-log) + 1) - 1);
    }
}
