using Joule.Compute;
using Joule.States;

namespace Joule.Objectives;

/// <summary>Options of <see cref="MinimumProbabilityFlow"/>.</summary>
[Named("minimum_probability_flow", "make as little probability as possible flow from the data to nearby states",
    paper: "Sohl-Dickstein, Battaglino and DeWeese 2011, arXiv:0906.4779")]
public sealed record MinimumProbabilityFlowOptions : PerturbingOptions
{
    private static readonly FigureList All = ComparingObjective.FiguresOf(
        "flow of probability from a state of the data to its neighbours", "neighbours");

    /// <inheritdoc/>
    public override Objective Create(ObjectiveContext context) => new MinimumProbabilityFlow(context, this);

    /// <inheritdoc/>
    public override FigureList ListFigures() => All;
}

/// <summary>
/// Minimum probability flow (Sohl-Dickstein, Battaglino and DeWeese, "Minimum probability flow learning", ICML 2011, equation 10): the
/// loss is the mean over the data of Σ exp((E(x) − E(y))/2) over neighbours y. On continuous states the neighbours are symmetric moves,
/// and the sum is their mean. On discrete states they differ from x in one number; where there are more such numbers than
/// <see cref="PerturbingOptions.Copies"/>, that many are drawn with replacement, and the sum is estimated without bias.
/// </summary>
/// <remarks>
/// Flows between two states of the data count too. With all data of a density they cancel in the gradient at the true parameters, so that
/// the minimum is the same.
/// </remarks>
public sealed class MinimumProbabilityFlow : PerturbingObjective
{
    private readonly MinimumProbabilityFlowOptions _options;
    private readonly double _factor; // of a copy's flow
    private readonly bool _flips;
    private readonly bool _flipsAll;

    /// <summary>Allocates memory.</summary>
    /// <exception cref="InvalidInputException">Some numbers are continuous and some are discrete.</exception>
    public MinimumProbabilityFlow(ObjectiveContext context, MinimumProbabilityFlowOptions options)
        : base(context, options, Neighbours(context, options))
    {
        StateSpace space = context.Energy.Space;
        _options = options;
        _flips = !space.IsContinuous;
        _flipsAll = _flips && Others == space.Width;
        _factor = _flips ? (double)space.Width / Others : 1.0 / Others;
        if (_flips && space.Columns is { } columns && columns.Any(c => c.Domain is Domain.Real or Domain.Box))
        {
            throw new InvalidInputException($"Minimum probability flow needs states that are all continuous or all discrete; these are "
                + $"{space}. Use noise_contrastive or energy_discrepancy.");
        }
    }

    /// <inheritdoc/>
    public override FigureList Figures => _options.ListFigures();

    /// <inheritdoc/>
    private protected override void Copy(in RandomStream draws, int index, ReadOnlySpan<float> state, Rows copies, Span<float> scratch)
    {
        if (!_flips)
        {
            base.Copy(draws, index, state, copies, scratch);
            return;
        }
        for (int j = 0; j < copies.Count; j++)
        {
            uint move = (uint)(index * copies.Count + j);
            int number = _flipsAll ? j : draws.Integer(state.Length, move, 0);
            Span<float> copy = copies[j];
            state.CopyTo(copy);
            copy[number] = Moves.Change(number, state[number], draws.OpenUniform(move, 2));
        }
    }

    /// <inheritdoc/>
    protected override double Weigh(long update, ReadOnlySpan<float> energies, int count, Span<float> weights, Span<double> more)
    {
        double loss = 0;
        for (int i = 0; i < count; i++)
        {
            double own = 0;
            for (int j = 0; j < Others; j++)
            {
                int copy = count + i * Others + j;
                double flow = _factor / count * Math.Exp(0.5 * ((double)energies[i] - energies[copy]));
                own += flow;
                weights[copy] = (float)(-0.5 * flow);
            }
            loss += own;
            weights[i] = (float)(0.5 * own);
            if (!float.IsFinite(weights[i]))
                throw new DivergenceException("flow from a state of the data", update + 1, i, own);
        }
        return loss;
    }

    private static int Neighbours(ObjectiveContext context, MinimumProbabilityFlowOptions options)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(options);
        StateSpace space = context.Energy.Space;
        return space.IsContinuous ? options.Copies : Math.Min(options.Copies, space.Width);
    }
}
