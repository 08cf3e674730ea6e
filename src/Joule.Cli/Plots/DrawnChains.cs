using System.Globalization;
using Joule.Energies;
using Joule.Evaluation;

namespace Joule.Cli.Plots;

/// <summary>The chains that plots show: which parameters and which chains, and the words that say so.</summary>
internal sealed class DrawnChains
{
    /// <summary>The most parameters of one picture.</summary>
    public const int MostParameters = 12;

    /// <summary>The most chains of one picture.</summary>
    public const int MostChains = 16;

    private readonly DrawRecorder _draws;
    private readonly IKnown? _known;
    private readonly int _changing;

    /// <summary>Chooses what to show.</summary>
    /// <param name="title">What the chains are of, for example <c>funnel by nuts</c>.</param>
    /// <param name="parameters">The summaries of all parameters.</param>
    /// <param name="draws">Their draws.</param>
    /// <param name="energy">The energy of the chains; if it is <see cref="IKnown"/>, true values are drawn too.</param>
    public DrawnChains(string title, IReadOnlyList<ParameterSummary> parameters, DrawRecorder draws, Energy energy)
    {
        (Title, _draws, Energy, _known) = (title, draws, energy, energy as IKnown);
        All = parameters;
        Free = [.. Enumerable.Range(0, parameters.Count).Where(i => IsFree(parameters[i]))];
        _changing = Free.Count;
        int[] candidates = _changing > 0 ? [.. Free] : [.. Enumerable.Range(0, parameters.Count)];
        Parameters =
        [
            .. candidates.OrderByDescending(i => double.IsNaN(parameters[i].Rhat) ? 0 : parameters[i].Rhat)
                .ThenBy(i => double.IsNaN(parameters[i].EssBulk) ? double.PositiveInfinity : parameters[i].EssBulk)
                .Take(MostParameters),
        ];
        Chains = Math.Min(draws.Chains, MostChains);
    }

    /// <summary>What the chains are of.</summary>
    public string Title { get; }

    /// <summary>The energy of the chains.</summary>
    public Energy Energy { get; }

    /// <summary>The summaries of all parameters.</summary>
    public IReadOnlyList<ParameterSummary> All { get; }

    /// <summary>The parameters whose draws differ. Those of a clamped parameter do not.</summary>
    public IReadOnlyList<int> Free { get; }

    /// <summary>The parameters to show: the highest R-hat first, and constant ones only if all are.</summary>
    public IReadOnlyList<int> Parameters { get; }

    /// <summary>The number of chains to show: the first ones.</summary>
    public int Chains { get; }

    /// <summary>The number of draws of each chain.</summary>
    public int Draws => _draws.Count;

    /// <summary>The number of all chains.</summary>
    public int AllChains => _draws.Chains;

    /// <summary>Whether a true mean of a shown parameter is known.</summary>
    public bool KnowsMeans => Parameters.Any(i => TrueMean(i) is not null);

    /// <summary>What is shown, in words.</summary>
    public string Summary
    {
        get
        {
            int shown = Parameters.Count, all = Math.Max(_changing, shown);
            string parameters = shown < all ? string.Create(CultureInfo.InvariantCulture, $"{shown} of {all:N0} parameters")
                : Counted.Of(shown, "parameter");
            string order = shown > 1 && !double.IsNaN(All[Parameters[0]].Rhat) ? ", highest R-hat first" : "";
            string chains = Chains < AllChains ? string.Create(CultureInfo.InvariantCulture, $"the first {Chains} of {AllChains:N0} chains")
                : Counted.Of(Chains, "chain");
            return $"{parameters}{order}; {chains} of {Counted.Of(Draws, "draw")}";
        }
    }

    /// <summary>The draws of a parameter, of all chains.</summary>
    public ChainDraws Of(int parameter) => _draws.Draws(parameter);

    /// <summary>The true mean, or null.</summary>
    public double? TrueMean(int parameter) => _known?.Mean(parameter);

    /// <summary>The true standard deviation, or null.</summary>
    public double? TrueDeviation(int parameter) => _known?.Deviation(parameter);

    /// <summary>The walls between which a parameter lies; infinite where there is none.</summary>
    public (double Low, double High) Walls(int parameter) =>
        Energy.Space.Columns is { } columns ? (columns[parameter].Low, columns[parameter].High) : (Energy.Space.Low, Energy.Space.High);

    /// <summary>A parameter's name and its R-hat and effective sample size where they are known.</summary>
    public (string Name, string Figures) Heading(int parameter)
    {
        ParameterSummary summary = All[parameter];
        List<string> figures = [];
        if (!double.IsNaN(summary.Rhat))
            figures.Add($"R-hat {(double.IsFinite(summary.Rhat) ? summary.Rhat.ToString("0.000", CultureInfo.InvariantCulture) : "∞")}");
        if (!double.IsNaN(summary.EssBulk))
            figures.Add(string.Create(CultureInfo.InvariantCulture, $"bulk ESS {summary.EssBulk:N0}"));
        return (summary.Name, string.Join(", ", figures));
    }

    private static bool IsFree(ParameterSummary summary) => !(summary.Sd == 0) && !(summary.Q5 == summary.Q95 && double.IsNaN(summary.Sd));
}
