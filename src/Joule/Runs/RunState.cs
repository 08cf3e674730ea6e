using Joule.Compute;
using Joule.Training;

namespace Joule.Runs;

/// <summary>Where a run stands, beside its trainer: what its next epoch's row and its next decision depend on.</summary>
/// <param name="figures">The run's figures.</param>
public sealed class RunState(RunFigures figures) : IResumable
{
    private const string SecondsKey = "run.seconds", MeansKey = "run.means", RowsKey = "run.rows", WatchPrefix = "watch.";

    /// <summary>The run's figures.</summary>
    public RunFigures Figures { get; } = figures;

    /// <summary>The rows of metrics.csv: one for every whole epoch.</summary>
    public List<MetricsRow> Rows { get; } = [];

    /// <summary>The means of the epoch that is going on.</summary>
    public FigureMeans Means { get; } = new(figures.Update);

    /// <summary>Seconds that the run has taken so far, all its parts together.</summary>
    public double Seconds { get; set; }

    /// <summary>What whoever watches over the run remembers, under names of its own. Small: a few thousand numbers at most.</summary>
    public StateNumbers Watch { get; } = new();

    /// <summary>Brings <see cref="Watch"/> up to date before the state is captured; null where nobody watches.</summary>
    public Action<StateNumbers>? Remember { get; set; }

    IReadOnlyList<StateMemory> IResumable.Memory => [];

    private int RowLength => MetricsColumns.Fixed.Length + Figures.Columns.Names.Count;

    void IResumable.Save(StateNumbers numbers)
    {
        numbers.Set(SecondsKey, Seconds);
        numbers.Set(MeansKey, Means.Sums);
        numbers.Set(RowsKey, [.. Rows.SelectMany(r => r.Values.Prepend(r.Seconds).Prepend(r.Step).Prepend(r.Epoch))]);
        Remember?.Invoke(Watch);
        foreach (string name in Watch.Names)
            numbers.Set(WatchPrefix + name, Watch[name]);
    }

    void IResumable.Check(StateNumbers numbers)
    {
        double seconds = numbers.Of(SecondsKey, 1)[0];
        if (!(seconds >= 0) || !double.IsFinite(seconds))
            throw new InvalidInputException($"no run has taken {seconds} seconds");
        _ = MeansOf(numbers);
        ReadOnlySpan<double> rows = numbers[RowsKey];
        if (rows.Length % RowLength != 0)
            throw new InvalidInputException($"\"{RowsKey}\" has {rows.Length} numbers; each epoch takes {RowLength}");
        for (int i = 0; i < rows.Length; i += RowLength)
        {
            double step = rows[i + 1];
            if (rows[i] != i / RowLength + 1 || !(step >= 0 && step < long.MaxValue && step == Math.Floor(step)) || rows.Slice(i + 2, RowLength - 2).ContainsAny(double.PositiveInfinity, double.NegativeInfinity))
                throw new InvalidInputException($"the {i / RowLength + 1}. epoch is number {rows[i]}, ends at step {step}, or has a figure that is infinite");
        }
    }

    void IResumable.Load(StateNumbers numbers)
    {
        Seconds = numbers[SecondsKey][0];
        Means.CopyFrom(MeansOf(numbers));
        Rows.Clear();
        ReadOnlySpan<double> rows = numbers[RowsKey];
        for (int i = 0; i < rows.Length; i += RowLength)
            Rows.Add(new MetricsRow(Figures.Columns, (int)rows[i], (long)rows[i + 1], rows[i + 2], rows.Slice(i + 3, RowLength - 3).ToArray()));
        Watch.Clear();
        foreach (string name in numbers.Names.Where(n => n.StartsWith(WatchPrefix, StringComparison.Ordinal)))
            Watch.Set(name[WatchPrefix.Length..], numbers[name]);
    }

    void IResumable.Loaded() { }

    /// <summary>How many whole epochs, and how many updates of the next one, numbers speak of.</summary>
    internal (int Epochs, int Updates) PlaceOf(StateNumbers numbers) => (numbers[RowsKey].Length / RowLength, MeansOf(numbers).Count);

    private FigureMeans MeansOf(StateNumbers numbers)
    {
        FigureMeans means = new(Figures.Update);
        return means.TryRestore(numbers[MeansKey]) ? means : throw new InvalidInputException("the means are not those of an epoch");
    }
}
