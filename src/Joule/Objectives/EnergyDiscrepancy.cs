using Joule.Compute;

namespace Joule.Objectives;

/// <summary>Options of <see cref="EnergyDiscrepancy"/>.</summary>
[Named("energy_discrepancy", "compare every state of the data with states that the same perturbation may have come from",
    paper: "Schröder, Ou, Lim, Li, Vollmer and Duncan 2023, arXiv:2307.06431")]
public sealed record EnergyDiscrepancyOptions : PerturbingOptions
{
    private static readonly FigureList All = ComparingObjective.FiguresOf(
        "energy discrepancy between data and model", "perturbed copies",
        new Figure("effective_copies", "", "how many copies share the weight of a state of the data"));

    /// <summary>w: steadies the estimate as one more copy with the energy of the data itself would, times w.</summary>
    [Above(0)]
    public double Stabilization { get; init; } = 1;

    /// <inheritdoc/>
    public override Objective Create(ObjectiveContext context) => new EnergyDiscrepancy(context, this);

    /// <inheritdoc/>
    public override FigureList ListFigures() => All;
}

/// <summary>
/// Energy discrepancy (Schröder et al., "Energy discrepancies: a score-independent loss for energy-based models", NeurIPS 2023, equation
/// 9): a state x is perturbed to y, and M states x′ are drawn that may have been perturbed to y. The loss is the mean of
/// ln(w/M + (1/M) Σ exp(E(x) − E(x′))). On discrete states the moves change numbers (Schröder et al. 2024, arXiv:2412.01019).
/// </summary>
public sealed class EnergyDiscrepancy(ObjectiveContext context, EnergyDiscrepancyOptions options) : PerturbingObjective(context, options)
{
    /// <inheritdoc/>
    public override FigureList Figures => options.ListFigures();

    /// <inheritdoc/>
    private protected override void Copy(in RandomStream draws, int index, ReadOnlySpan<float> state, Rows copies, Span<float> scratch)
    {
        // Moves are symmetric, so that the states which may have come to y are moved from it.
        double scale = Moves.Scale(draws, index);
        Moves.MoveCentre(draws, index, scale, state, scratch);
        for (int j = 0; j < copies.Count; j++)
            Moves.Move(draws, (uint)(index * copies.Count + j), scale, scratch, copies[j]);
    }

    /// <inheritdoc/>
    protected override double Weigh(long update, ReadOnlySpan<float> energies, int count, Span<float> weights, Span<double> more)
    {
        double loss = 0, effective = 0;
        for (int i = 0; i < count; i++)
        {
            ReadOnlySpan<float> copies = energies.Slice(count + i * Others, Others);
            double lowest = energies[i];
            foreach (float energy in copies)
                lowest = Math.Min(lowest, energy);
            // Everything relative to the largest term, so that nothing overflows.
            double stabilizer = options.Stabilization * Math.Exp(lowest - energies[i]), sum = stabilizer, squares = 0;
            foreach (float energy in copies)
                sum += Math.Exp(lowest - energy);
            for (int j = 0; j < Others; j++)
            {
                double share = Math.Exp(lowest - copies[j]) / sum;
                squares += share * share;
                weights[count + i * Others + j] = (float)(-share / count);
            }
            double all = 1 - stabilizer / sum;
            weights[i] = (float)(all / count);
            loss += (energies[i] - lowest + Math.Log(sum / Others)) / count;
            effective += squares > 0 ? all * all / squares / count : 0;
        }
        more[0] = effective;
        return loss;
    }
}
