using Joule.Compute;
using Joule.Energies;
using Joule.Samplers;

namespace Joule.Tables;

/// <summary>
/// Values for the missing cells of a table, drawn given the cells that are there (<see cref="MissingColumns"/>). One value for each cell
/// (the mean of a number's draws, the most frequent of the levels), or several draws.
/// </summary>
public sealed class TableImputation
{
    /// <summary>Largest number of draws that are returned.</summary>
    public const int MostDraws = 1000;

    // Draws that stand for the distribution of one row: enough for a mean, and several for each draw that is returned.
    private const int Least = 256;
    private const int Each = 4;

    private readonly Dictionary<(int Row, int Column), string[]> _cells = [];

    private TableImputation(TableTransform transform) => Transform = transform;

    /// <summary>The transform of the model.</summary>
    public TableTransform Transform { get; }

    /// <summary>Number of cells with a new value.</summary>
    public int Cells => _cells.Count;

    /// <summary>Number of rows with such a cell.</summary>
    public int Rows { get; private init; }

    /// <summary>Draws of each cell; 0: one value that stands for all.</summary>
    public int Draws { get; private init; }

    /// <summary>How many draws of equal weight stand behind a row: the mean over the rows; NaN without rows.</summary>
    public double Effective { get; private init; }

    /// <summary>Draws the missing cells of all rows.</summary>
    /// <param name="device">The device.</param>
    /// <param name="energy">The energy of the model.</param>
    /// <param name="states">The rows, as its transform reads them.</param>
    /// <param name="draws">Draws to return, at most <see cref="MostDraws"/>; 0: one value that stands for all.</param>
    /// <param name="seed">The seed.</param>
    /// <param name="progress">Receives the number of rows done; may be null.</param>
    /// <param name="cancellation">Cancels between rows.</param>
    /// <exception cref="InvalidInputException">The number of draws is out of range.</exception>
    /// <exception cref="DivergenceException">An energy is not finite.</exception>
    public static TableImputation Run(Device device, Energy energy, TableStateSet states, int draws, ulong seed,
        Action<int>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(states);
        if (draws is < 0 or > MostDraws)
            throw new InvalidInputException($"{draws} draws of a missing cell were asked for; from 1 to {MostDraws} are possible.");
        TableTransform transform = states.Transform;
        int[] rows = [.. Enumerable.Range(0, states.Count).Where(states.HasMissing)];
        MissingColumns missing = new(energy, transform.StateColumns, Math.Max(Least, Each * draws), seed);
        string?[][][] cells = new string?[rows.Length][][];
        double[] effective = new double[rows.Length];
        missing.Run(device, states, rows, (i, found) =>
        {
            bool[] isMissing = new bool[states.Space.Width];
            states.ReadKnown(rows[i], new float[isMissing.Length], isMissing);
            effective[i] = found.Effective;
            cells[i] = [.. transform.Fitted.Select((column, c) => Cell(column, transform.Columns[c].First, isMissing, found, draws))];
        }, progress, cancellation);
        TableImputation imputation = new(transform)
        {
            Rows = rows.Length,
            Draws = draws,
            Effective = rows.Length == 0 ? double.NaN : effective.Average(),
        };
        for (int i = 0; i < rows.Length; i++)
        {
            for (int c = 0; c < cells[i].Length; c++)
            {
                if (cells[i][c].Length > 0)
                    imputation._cells.Add((rows[i], c), cells[i][c]!);
            }
        }
        return imputation;
    }

    /// <summary>The new value of a cell, or null if it had one or its column is left out of the energy.</summary>
    /// <param name="row">The row, from 0.</param>
    /// <param name="column">The index of the column in <see cref="TableTransform.Fitted"/>.</param>
    /// <param name="draw">Which draw; 0 if there is one value.</param>
    public string? Cell(int row, int column, int draw = 0) =>
        _cells.TryGetValue((row, column), out string[]? texts) ? texts[draw] : null;

    private static string[] Cell(FittedColumn column, int first, bool[] isMissing, MissingDraws found, int draws)
    {
        if (column.Width == 0 || !isMissing[first])
            return [];
        if (draws == 0)
            return [column.Cell(column is NumericColumn numbers ? Mean(numbers, first, found) : Mode(column.Width, first, found))];
        string[] texts = new string[draws];
        for (int d = 0; d < draws; d++)
            texts[d] = column.Cell(found[found.Pick((d + 0.5) / draws)].Slice(first, column.Width));
        return texts;
    }

    // In the units of the column, where states may be scaled by more than a factor.
    private static float[] Mean(NumericColumn column, int first, MissingDraws found)
    {
        double mean = 0;
        for (int m = 0; m < found.Weights.Count; m++)
            mean += found.Weights[m] * Math.Clamp(column.Scaling.FromState(found[m][first]), column.Low, column.High);
        float[] numbers = new float[column.Width];
        numbers[0] = (float)column.Scaling.ToState(mean);
        return numbers;
    }

    private static float[] Mode(int width, int first, MissingDraws found)
    {
        float[] weights = new float[width];
        for (int m = 0; m < found.Weights.Count; m++)
        {
            for (int i = 0; i < width; i++)
                weights[i] += (float)found.Weights[m] * found[m][first + i];
        }
        return weights;
    }
}
