using Joule.Compute;
using Joule.Data;
using Joule.Energies;
using Joule.States;

namespace Joule.Evaluation;

/// <summary>
/// How much of the energy a column carries: by how much the mean energy of rows rises where each takes the column from another row
/// (permutation importance; Breiman
/// 2001). 0 where the energy does not look at the column, or where the column has nothing to do with the others and is as likely in one row
/// as in another.
/// </summary>
public static class ColumnImportance
{
    private const int MostRows = 2000;

    /// <summary>The rise for every column, in nats; 0 for columns that are left out.</summary>
    /// <param name="device">Where it runs.</param>
    /// <param name="energy">The energy.</param>
    /// <param name="states">Rows; of many, 2,000 spread over all are used. At least 2.</param>
    /// <param name="columns">Which numbers of a state belong to a column.</param>
    /// <param name="cancellation">Stops it.</param>
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
                // The row half the way round: never the same, and no draw is needed.
                states.Read(RowOf((i + count / 2) % count), other);
                other.AsSpan(column.First, column.Width).CopyTo(state[column.First..]);
            }, null, cancellation);
            rises[c] = energies.Average(e => (double)e) - before;
        }
        return rises;

        int RowOf(int i) => (int)((long)i * states.Count / count);
    }
}
