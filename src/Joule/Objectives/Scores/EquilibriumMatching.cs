using System.Numerics.Tensors;
using Joule.Samplers;

namespace Joule.Objectives;

/// <summary>Options of <see cref="EquilibriumMatching"/>.</summary>
[Named("equilibrium_matching", "the gradient leads from noise to data and vanishes at the data: for descent, without a density",
    paper: "Wang and Du 2025, arXiv:2510.02300")]
public sealed record EquilibriumMatchingOptions : ObjectiveOptions
{
    private static readonly FigureList AllFigures = new(
    [
        ScoreFigures.Loss("", "mean squared error of the gradient, halved"),
        ScoreFigures.Energy("energy_between", "mean energy of states between noise and data"),
    ]);

    /// <summary>λ: the length of the gradient relative to the way from a state to its noise.</summary>
    [Above(0)]
    public float GradientScale { get; init; } = 4;

    /// <summary>a: the share of the way from noise to data from which on the gradient falls to 0.</summary>
    [Between(0, 0.999)]
    public float DecayStart { get; init; } = 0.8f;

    /// <inheritdoc/>
    public override Objective Create(ObjectiveContext context) => new EquilibriumMatching(context, this);

    /// <inheritdoc/>
    public override FigureList ListFigures() => AllFigures;

    /// <summary>None: the gradient has no scale of a density.</summary>
    public override double? DensityTemperature() => null;

    /// <inheritdoc/>
    public override SampleChains ListSamples() => new(new GradientDescentOptions { StepSize = 0.01f }, 300);
}

/// <summary>
/// Equilibrium matching with an explicit energy (Wang and Du 2025, arXiv:2510.02300): at y = γx + (1 − γ)ε, between noise ε and a data
/// point x, the loss is ½‖∇ₓE(y) − c(γ)(ε − x)‖², averaged over numbers, states and γ, which is uniform on [0, 1]. The truncated decay
/// c(γ) = λ·min(1, (1 − γ)/(1 − a)) makes the gradient vanish at the data.
/// </summary>
/// <remarks>
/// Descent on E leads from noise to data: sample with <c>descent</c>, or with <c>flow</c> along the gradient. E belongs to no temperature:
/// exp(−E) is not the density of the data. In particular E(x) is not comparable between states that no path connects.
/// The noise is where chains of the energy start (<see cref="Energies.Energy.FillStart"/>).
/// </remarks>
public sealed class EquilibriumMatching : GradientMatching
{
    private readonly EquilibriumMatchingOptions _options;

    /// <summary>Allocates memory for a batch.</summary>
    /// <exception cref="InvalidInputException">The states do not vary continuously.</exception>
    public EquilibriumMatching(ObjectiveContext context, EquilibriumMatchingOptions options) : base(context, "equilibrium_matching")
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
    }

    /// <inheritdoc/>
    public override FigureList Figures => _options.ListFigures();

    /// <inheritdoc/>
    protected override (float Scale, float Weight) Write(
        in MatchedRow row, ReadOnlySpan<float> data, Span<float> state, Span<float> target)
    {
        double along = row.Spread();
        Context.Energy.FillStart(row.Noise, (uint)row.Row, target);
        float decay = (float)(_options.GradientScale * Math.Min(1, (1 - along) / (1 - _options.DecayStart)));
        float share = (float)along;
        // The target's memory holds the noise until then.
        TensorPrimitives.Multiply(data, share, state);
        TensorPrimitives.MultiplyAdd(target, 1 - share, state, state);
        TensorPrimitives.Subtract(target, data, target);
        TensorPrimitives.Multiply(target, decay, target);
        return (1, 1);
    }
}
