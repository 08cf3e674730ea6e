using Joule.Compute;
using Joule.Energies;
using Joule.States;

namespace Joule.Evaluation;

/// <summary>
/// Explains the energy of a row by conditional descent: the column whose best change lowers the energy most takes its most likely value
/// given the others, until the row is likely. The share of a column is what its changes lowered; unchanged columns have none.
/// </summary>
public sealed class ColumnDescent
{
    private const int Candidates = 32;
    private const int Finer = 8;
    private const double Farthest = 4;
    private const double LeastDrop = 1e-3;

    private readonly Device _device;
    private readonly Energy _energy;
    private readonly IReadOnlyList<StateColumn> _columns;
    private readonly float[][] _values;

    /// <summary>Prepares an energy.</summary>
    /// <param name="device">The device.</param>
    /// <param name="energy">The energy.</param>
    /// <param name="columns">The columns of its states.</param>
    public ColumnDescent(Device device, Energy energy, IReadOnlyList<StateColumn> columns)
    {
        ArgumentNullException.ThrowIfNull(columns);
        (_device, _energy, _columns) = (device, energy, columns);
        TreeEnergy? tree = TreeProposals.TreeOf(energy);
        _values = [.. columns.Select(c => c.IsLevels ? [] : tree is null ? Even() : Quantiles(tree.Marginals[c.First]))];
    }

    /// <summary>Goes from a row to a likely one.</summary>
    /// <param name="state">The row.</param>
    /// <param name="likely">Which energies are likely.</param>
    /// <param name="cancellation">Cancels between evaluations.</param>
    /// <returns>A share for each column.</returns>
    /// <exception cref="DivergenceException">An energy is not finite.</exception>
    public Descent Run(ReadOnlySpan<float> state, Likely likely, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(likely);
        float[] at = state.ToArray();
        float first = EnergyOfStates.Run(_device, _energy, 1, (_, row) => at.CopyTo(row), null, cancellation)[0], energy = first;
        double[] shares = new double[_columns.Count];
        for (int move = 0; move < 2 * _columns.Count && !likely.Holds(energy); move++)
        {
            (int column, float[] better, float lower) = Best(at, cancellation);
            if (!(lower < energy - LeastDrop))
                break;
            shares[column] += (double)energy - lower;
            (at, energy) = (better, lower);
        }
        return new Descent(first, energy, at, shares, likely.Holds(energy));
    }

    // The change of one column that leads to the lowest energy.
    private (int Column, float[] State, float Energy) Best(float[] at, CancellationToken cancellation)
    {
        List<(int Column, float Value)> changes = [];
        for (int c = 0; c < _columns.Count; c++)
        {
            if (_columns[c].IsLevels)
                changes.AddRange(Enumerable.Range(0, _columns[c].Levels).Select(level => (c, (float)level)));
            else
                changes.AddRange(_values[c].Select(value => (c, value)));
        }
        (int best, float energy) = Lowest(at, changes, cancellation);
        (int column, float value) = changes[best];
        if (!_columns[column].IsLevels)
        {
            float[] values = _values[column];
            int place = Array.IndexOf(values, value);
            float low = values[Math.Max(0, place - 1)], high = values[Math.Min(values.Length - 1, place + 1)];
            for (int round = 0; round < 2; round++)
            {
                float from = low, step = (high - low) / (Finer + 1);
                List<(int Column, float Value)> finer = [.. Enumerable.Range(1, Finer).Select(i => (column, from + i * step))];
                (int found, float lower) = Lowest(at, finer, cancellation);
                if (lower < energy)
                    (value, energy) = (finer[found].Value, lower);
                (low, high) = (value - step, value + step);
            }
        }
        float[] state = new float[at.Length];
        Change(at, column, value, state);
        return (column, state, energy);
    }

    private (int Index, float Energy) Lowest(float[] at, List<(int Column, float Value)> changes, CancellationToken cancellation)
    {
        float[] energies = EnergyOfStates.Run(_device, _energy, changes.Count,
            (i, state) => Change(at, changes[i].Column, changes[i].Value, state), null, cancellation);
        int best = 0;
        for (int i = 1; i < energies.Length; i++)
        {
            if (energies[i] < energies[best])
                best = i;
        }
        return (best, energies[best]);
    }

    private void Change(float[] at, int column, float value, Span<float> state)
    {
        at.CopyTo(state);
        if (_columns[column].IsLevels)
            _columns[column].SetLevel(state, (int)value);
        else
            _columns[column].SetNumber(state, value);
    }

    private static float[] Even() =>
        [.. Enumerable.Range(0, Candidates + 1).Select(i => (float)(-Farthest + i * 2 * Farthest / Candidates))];

    // Where the training rows lie: quantiles of their kernel density.
    private static float[] Quantiles(KernelMarginal marginal)
    {
        float[] values = new float[Candidates];
        double sum = 0;
        int at = 0;
        for (int i = 0; i < Candidates; i++)
        {
            while (at < KernelMarginal.Grid - 1 && sum + marginal.Masses[at] < (i + 0.5) / Candidates)
                sum += marginal.Masses[at++];
            values[i] = (float)(marginal.First + at * marginal.Step);
        }
        return [.. values.Distinct()];
    }
}
