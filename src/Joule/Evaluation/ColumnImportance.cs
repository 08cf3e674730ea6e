using Joule.Compute;
using Joule.Data;
using Joule.Energies;
using Joule.States;

namespace Joule.Evaluation;

/// <summary>
/// How much a column contributes to the energy: the rise of the mean energy when each row takes the column from another row (permutation
/// importance; Breiman 2001). 0 if the energy ignores the column, or if the column is independent of the others and equally likely in every
/// row. as in another.
/// </summary>
public static class ColumnImportance
{
    private const int MostRows = 2000;

    /// <summary>The rise for each column, in nats; 0 for columns that are left out.</summary>
    /// <param name="device">The device.</param>
    /// <param name="energy">The energy.</param>
    /// <param name="states">Rows, at least 2; of more than 2,000, that many evenly spaced ones are used.</param>
    /// <param name="columns">The numbers of a state that belong to each column.</param>
    /// <param name="cancellation">Cancels the evaluation.</param>
    /// <exception cref="DivergenceException">An energy is not finite.</exception>
    public static double[] Run(Device device, Energy energy, StateSet states, IReadOnlyList<TransformColumn> columns,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(states);
        ArgumentNullException.ThrowIfNull(columns);
        int count = Math.Min(states.Count, MostRows);
        double before = EnergyOfStates.Run(device, energy, count, (i, state) => states.Read(RowOf(i), state), null,
            cancellation).Average(e => (double)e);
        float[] other = new float[states.Space.Width];
        double[] rises = new double[columns.Count];
        for (int c = 0; c < rises.Length; c++)
        {
            TransformColumn column = columns[c];
            if (column.Width == 0)
                continue;
            float[] energies = EnergyOfStates.Run(device, energy, count, (i, state) =>
            {
                states.Read(RowOf(i), state);
                // The row half a turn away: never the same row, and no random draw is needed.
                states.Read(RowOf((i + count / 2) % count), other);
                other.AsSpan(column.First, column.Width).CopyTo(state[column.First..]);
            }, null, cancellation);
            rises[c] = energies.Average(e => (double)e) - before;
        }
        return rises;

        int RowOf(int i) => (int)((long)i * states.Count / count);
    }
}
