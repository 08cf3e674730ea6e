namespace Joule.Tests.Samplers;

/// <summary>An exact answer beside its estimate from chains.</summary>
/// <param name="Name">What it is, for example <c>cov(x0, x1)</c>.</param>
/// <param name="Truth">The exact answer.</param>
/// <param name="Estimate">The mean over all draws.</param>
/// <param name="Error">The Monte Carlo standard error of the estimate, by the house's own diagnostics.</param>
internal sealed record ExactScore(string Name, double Truth, double Estimate, double Error)
{
    /// <summary>How many standard errors the estimate is above the truth.</summary>
    public double Z => (Estimate - Truth) / Error;

    public override string ToString() => $"{Name} is {Estimate:G6} ± {Error:G2}, not {Truth:G6}: z = {Z:F2}";
}
