using Joule.Compute;
using Joule.Training;

namespace Joule.Runs;

/// <summary>The state of a run apart from its trainer: what its next row and its next decision depend on.</summary>
/// <param name="figures">The run's figures.</param>
public sealed class RunState(RunFigures figures) : IResumable
{
    private const string SecondsKey = "run.seconds", MeansKey = "run.means", RowsKey = "run.rows", WatchPrefix = "watch.";

    /// <summary>The run's figures.</summary>
    public RunFigures Figures { get; } = figures;

    /// <summary>The rows of metrics.csv, one per completed epoch.</summary>
    public List<MetricsRow> Rows { get; } = [];

    /// <summary>The means of the current epoch.</summary>
    public FigureMeans Means { get; } = new(figures.Update);

    /// <summary>Time taken so far, in seconds, resumed parts included.</summary>
    public double Seconds { get; set; }

    /// <summary>What divergence detection remembers, by name: a few thousand numbers at most.</summary>
    public StateNumbers Watch { get; } = new();

    /// <summary>Updates <see cref="Watch"/> before the state is captured; may be null.</summary>
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
            throw new InvalidInputException($"a run cannot have taken {seconds} seconds");
        _ = MeansOf(numbers);
        ReadOnlySpan<double> rows = numbers[RowsKey];
        if (rows.Length % RowLength != 0)
            throw new InvalidInputException($"\"{RowsKey}\" has {rows.Length} numbers; each epoch takes {RowLength}");
        for (int i = 0; i < rows.Length; i += RowLength)
        {
            double step = rows[i + 1];
            bool isWhole = step >= 0 && step < long.MaxValue && step == Math.Floor(step);
            if (rows[i] != i / RowLength + 1 || !isWhole
                || rows.Slice(i + 2, RowLength - 2).ContainsAny(double.PositiveInfinity, double.NegativeInfinity))
            {
                throw new InvalidInputException(
                    $"row {i / RowLength + 1} is for epoch {rows[i]}, ends at step {step}, or has an infinite figure");
            }
        }
    }

    void IResumable.Load(StateNumbers numbers)
    {
        Seconds = numbers[SecondsKey][0];
        Means.CopyFrom(MeansOf(numbers));
        Rows.Clear();
        ReadOnlySpan<double> rows = numbers[RowsKey];
        for (int i = 0; i < rows.Length; i += RowLength)
        {
            double[] values = rows.Slice(i + 3, RowLength - 3).ToArray();
            Rows.Add(new MetricsRow(Figures.Columns, (int)rows[i], (long)rows[i + 1], rows[i + 2], values));
        }
        Watch.Clear();
        foreach (string name in numbers.Names.Where(n => n.StartsWith(WatchPrefix, StringComparison.Ordinal)))
            Watch.Set(name[WatchPrefix.Length..], numbers[name]);
    }

    void IResumable.Loaded() { }

    /// <summary>The completed epochs, and the updates of the next one, in saved numbers.</summary>
    internal (int Epochs, int Updates) PlaceOf(StateNumbers numbers) => (numbers[RowsKey].Length / RowLength, MeansOf(numbers).Count);

    private FigureMeans MeansOf(StateNumbers numbers)
    {
        FigureMeans means = new(Figures.Update);
        return means.TryRestore(numbers[MeansKey])
            ? means
            : throw new InvalidInputException("the means are not those of an epoch");
    }
}
