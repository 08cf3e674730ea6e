using System.IO.Hashing;
using System.Runtime.InteropServices;
using Joule.Compute;
using Joule.Energies;
using Joule.States;

namespace Joule.Samplers;

/// <summary>
/// Draws the missing columns of rows from their distribution given the others, p(missing | known) ∝ exp(−E). If the energy holds a tree of
/// columns, the tree's own conditional distribution proposes, and the ratio of exp(−E) to the density of the proposal weighs each draw
/// (importance sampling). Any other energy is sampled by chains (<see cref="ColumnChains"/>). Draws depend on the row and the seed alone,
/// not on other rows or on the number of threads.
/// </summary>
public sealed class MissingColumns
{
    /// <summary>Default number of draws for a row.</summary>
    public const int DefaultDraws = 128;

    private readonly Energy _energy;
    private readonly IReadOnlyList<StateColumn> _columns;
    private readonly TreeEnergy? _tree;
    private readonly TreeGrid? _grid;
    private readonly int _draws;
    private readonly ulong _seed;

    /// <summary>Prepares an energy.</summary>
    /// <param name="energy">The energy; it must not change afterwards.</param>
    /// <param name="columns">The columns of its states.</param>
    /// <param name="draws">Draws for a row, at least 1.</param>
    /// <param name="seed">The seed.</param>
    public MissingColumns(Energy energy, IReadOnlyList<StateColumn> columns, int draws = DefaultDraws, ulong seed = 0)
    {
        ArgumentNullException.ThrowIfNull(energy);
        ArgumentNullException.ThrowIfNull(columns);
        ArgumentOutOfRangeException.ThrowIfLessThan(draws, 1);
        (_energy, _columns, _draws, _seed) = (energy, columns, draws, seed);
        _tree = TreeProposals.TreeOf(energy);
        _grid = _tree is null ? null : new TreeGrid(_tree);
    }

    /// <summary>Whether a tree of the energy proposes, so that <see cref="MissingDraws.FreeEnergy"/> is known.</summary>
    public bool HasProposals => _tree is not null;

    /// <summary>Draws for some rows of a set on all workers.</summary>
    /// <param name="device">The device.</param>
    /// <param name="states">The set.</param>
    /// <param name="rows">The rows; each has a missing value.</param>
    /// <param name="take">Receives the place in <paramref name="rows"/> and the draws, from any worker.</param>
    /// <param name="progress">Receives the number of rows done; may be null.</param>
    /// <param name="cancellation">Cancels between rows.</param>
    /// <exception cref="DivergenceException">An energy is not finite.</exception>
    public void Run(Device device, StateSet states, IReadOnlyList<int> rows, Action<int, MissingDraws> take, Action<int>? progress = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(states);
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentNullException.ThrowIfNull(take);
        const int chunk = 64;
        for (int start = 0; start < rows.Count; start += chunk)
        {
            int first = start;
            device.Launch(new RowsProgram(Math.Min(chunk, rows.Count - first), i =>
            {
                float[] state = new float[states.Space.Width];
                bool[] isMissing = new bool[state.Length];
                states.ReadKnown(rows[first + i], state, isMissing);
                take(first + i, Draw(state, isMissing));
            }, cancellation));
            progress?.Invoke(Math.Min(rows.Count, first + chunk));
        }
    }

    /// <summary>Draws for some states in host memory on all workers.</summary>
    /// <param name="device">The device.</param>
    /// <param name="states">The states.</param>
    /// <param name="isMissing">For each state, as many marks as it has numbers.</param>
    /// <param name="rows">Which states; each has a missing value.</param>
    /// <param name="take">Receives the place in <paramref name="rows"/> and the draws, from any worker.</param>
    /// <param name="cancellation">Cancels between rows.</param>
    /// <exception cref="DivergenceException">An energy is not finite.</exception>
    internal void Run(Device device, Rows states, ReadOnlyMemory<bool> isMissing, IReadOnlyList<int> rows, Action<int, MissingDraws> take,
        CancellationToken cancellation) =>
        device.Launch(new RowsProgram(rows.Count, i =>
            take(i, Draw(states[rows[i]], isMissing.Span.Slice(rows[i] * states.Width, states.Width))), cancellation));

    /// <summary>Draws for one row, on the calling thread.</summary>
    /// <param name="state">The row.</param>
    /// <param name="isMissing">Its missing numbers, at least one (<see cref="StateSet.ReadKnown"/>).</param>
    /// <exception cref="DivergenceException">An energy is not finite.</exception>
    public MissingDraws Draw(ReadOnlySpan<float> state, ReadOnlySpan<bool> isMissing)
    {
        float[] known = state.ToArray();
        for (int i = 0; i < known.Length; i++)
            known[i] = isMissing[i] ? 0 : known[i];
        ulong key = XxHash64.HashToUInt64(MemoryMarshal.AsBytes(known.AsSpan()), (long)_seed)
            ^ XxHash64.HashToUInt64(MemoryMarshal.AsBytes(isMissing));
        RandomStream draws = new(key, RandomPurpose.MissingValues, 0);
        int width = known.Length;
        using DeviceBuffer memory = DeviceBuffer.OnHost((long)_draws * (width + 1));
        Rows states = new(memory, 0, _draws, width), energies = new(memory, states.Length, _draws, 1);
        double[] logs = new double[_draws];
        double free = double.NaN;
        if (_tree is not null)
        {
            double marginal = new TreeProposals(_tree, _grid!, _columns).Run(known, isMissing, draws, states, logs);
            ColumnChains.Evaluate(_energy, states, energies);
            for (int m = 0; m < _draws; m++)
                logs[m] = double.IsFinite(logs[m]) ? -energies[m][0] - logs[m] : double.NegativeInfinity;
            double highest = logs.Max();
            free = ReferenceEquals(_tree, _energy) && double.IsFinite(marginal) ? marginal
                : -highest - Math.Log(logs.Average(l => Math.Exp(l - highest)));
        }
        else
        {
            for (int m = 0; m < _draws; m++)
                known.CopyTo(states[m]);
            ColumnChains.Run(_energy, _columns, isMissing, draws, states, energies);
        }
        return Weigh(states, energies, logs, free);
    }

    private static MissingDraws Weigh(Rows states, Rows energies, double[] logs, double free)
    {
        double highest = logs.Max(), sum = 0, mean = 0;
        double[] weights = new double[logs.Length];
        for (int m = 0; m < weights.Length; m++)
            sum += weights[m] = Math.Exp(logs[m] - highest);
        for (int m = 0; m < weights.Length; m++)
        {
            weights[m] /= sum;
            mean += weights[m] * energies[m][0];
        }
        return new MissingDraws(states.Span.ToArray(), states.Width, weights, mean, free);
    }

    private sealed class RowsProgram(int count, Action<int> run, CancellationToken cancellation) : DeviceProgram
    {
        public override string Name => "the missing values of rows";

        public override int Count => count;

        protected override void Run(int start, int count, int lane)
        {
            for (int i = start; i < start + count; i++)
            {
                cancellation.ThrowIfCancellationRequested();
                run(i);
            }
        }
    }
}
