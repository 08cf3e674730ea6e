namespace Joule.Objectives;

/// <summary>Options of <see cref="ConditionalNoiseContrastive"/>.</summary>
[Named("conditional_noise_contrastive", "tell every state of the data from perturbed copies of itself; Z cancels",
    paper: "Ceylan and Gutmann 2018, arXiv:1806.03664")]
public sealed record ConditionalNoiseContrastiveOptions : PerturbingOptions
{
    private static readonly FigureList All = ComparingObjective.FiguresOf(
        "how badly data and copies are told apart, per pair", "perturbed copies");

    /// <inheritdoc/>
    public override Objective Create(ObjectiveContext context) => new ConditionalNoiseContrastive(context, this);

    /// <inheritdoc/>
    public override FigureList ListFigures() => All;
}

/// <summary>
/// Conditional noise-contrastive estimation (Ceylan and Gutmann, "Conditional noise-contrastive estimation of unnormalised models", ICML
/// 2018, equation 12): with κ copies y of each of n states x, made by a symmetric move, the loss is (2/κn) Σ ln(1 + exp(E(x) − E(y))).
/// Only differences of energies count, so Z cancels, and the energy is known up to a constant.
/// </summary>
public sealed class ConditionalNoiseContrastive(ObjectiveContext context, ConditionalNoiseContrastiveOptions options)
    : PerturbingObjective(context, options)
{
    /// <inheritdoc/>
    public override FigureList Figures => options.ListFigures();

    /// <inheritdoc/>
    protected override double Weigh(long update, ReadOnlySpan<float> energies, int count, Span<float> weights, Span<double> more)
    {
        double loss = 0, share = 2.0 / ((double)Others * count);
        for (int i = 0; i < count; i++)
        {
            double own = 0;
            for (int j = 0; j < Others; j++)
            {
                int copy = count + i * Others + j;
                double difference = (double)energies[i] - energies[copy], weight = share * Logistic(difference);
                loss += share * Softplus(difference);
                own += weight;
                weights[copy] = (float)-weight;
            }
            weights[i] = (float)own;
        }
        return loss;
    }
}
