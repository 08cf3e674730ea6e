using Joule.Compute;
using Joule.States;

namespace Joule.Energies;

/// <summary>
/// Draws the missing columns of a state from a tree, with the density that they were drawn from: levels one column after another, each
/// given the known columns and the levels before it, then all numbers at once. Not thread-safe: each worker has its own.
/// </summary>
/// <param name="tree">The tree.</param>
/// <param name="grid">Its grids.</param>
/// <param name="columns">The columns of the states.</param>
internal sealed class TreeProposals(TreeEnergy tree, TreeGrid grid, IReadOnlyList<StateColumn> columns)
{
    private readonly TreeConditional _conditional = new(tree, grid);
    private readonly TreeRole[] _roles = new TreeRole[tree.Marginals.Length];
    private readonly float[] _state = new float[tree.Marginals.Length];
    private readonly List<StateColumn> _levels = [];

    /// <summary>The tree that a fitted energy holds; null: none.</summary>
    public static TreeEnergy? TreeOf(Energy energy) => energy switch
    {
        TreeEnergy tree => tree,
        SmoothMaximumEnergy maximum => maximum.Parts.OfType<TreeEnergy>().FirstOrDefault(),
        _ => null,
    };

    /// <summary>Draws states.</summary>
    /// <param name="state">The state.</param>
    /// <param name="isMissing">Its missing numbers: whole columns, but for the number that says that a value is missing.</param>
    /// <param name="draws">The draws; state m is that of chain m.</param>
    /// <param name="states">Receives the states.</param>
    /// <param name="logs">Receives ln of the density of each.</param>
    /// <returns>−ln p(known columns) under the tree, in nats, if at most one column of levels is missing; else NaN.</returns>
    public double Run(ReadOnlySpan<float> state, ReadOnlySpan<bool> isMissing, in RandomStream draws, Rows states, double[] logs)
    {
        Start(state, isMissing);
        int count = states.Count;
        int[][] paths = new int[count][];
        double marginal = double.NaN;
        Dictionary<string, (double[] Shares, double Energy)> known = [];
        for (int m = 0; m < count; m++)
        {
            int[] path = paths[m] = new int[_levels.Count];
            logs[m] = 0;
            for (int depth = 0; depth < path.Length; depth++)
            {
                string key = string.Join(' ', path[..depth]);
                if (!known.TryGetValue(key, out (double[] Shares, double Energy) node))
                    known.Add(key, node = SharesOf(path, depth));
                if (path.Length == 1)
                    marginal = node.Energy;
                int level = path[depth] = Pick(node.Shares, draws.OpenUniform((uint)m, (_state.Length + depth) * 8L));
                logs[m] += Math.Log(node.Shares[level]);
            }
        }
        foreach (IGrouping<string, int> group in Enumerable.Range(0, count).GroupBy(m => string.Join(' ', paths[m])))
        {
            Place(paths[group.First()], _levels.Count);
            double energy = _conditional.Solve(_state, _roles);
            if (_levels.Count == 0)
                marginal = energy;
            foreach (int m in group)
            {
                _state.CopyTo(states[m]);
                logs[m] += _conditional.Draw(draws, (uint)m, states[m]);
            }
        }
        return marginal;
    }

    private void Start(ReadOnlySpan<float> state, ReadOnlySpan<bool> isMissing)
    {
        state.CopyTo(_state);
        _levels.Clear();
        _roles.AsSpan().Clear();
        foreach (StateColumn column in columns)
        {
            if (!isMissing[column.First])
                continue;
            if (column.IsLevels)
                _levels.Add(column);
            else
            {
                column.SetNumber(_state, 0);
                _roles[column.First] = TreeRole.Free;
            }
        }
    }

    // The probabilities of the levels of a column given those before it, and −ln p of all that is known.
    private (double[] Shares, double Energy) SharesOf(int[] path, int depth)
    {
        StateColumn column = _levels[depth];
        double[] energies = new double[column.Levels];
        int[] own = [.. path];
        for (int level = 0; level < energies.Length; level++)
        {
            own[depth] = level;
            Place(own, depth + 1);
            energies[level] = _conditional.Solve(_state, _roles);
        }
        double lowest = energies.Min(), sum = 0;
        double[] shares = new double[energies.Length];
        for (int level = 0; level < shares.Length; level++)
            sum += shares[level] = Math.Exp(lowest - energies[level]);
        // No level is excluded: the whole energy may find likely what the tree does not.
        for (int level = 0; level < shares.Length; level++)
            shares[level] = 0.99 * shares[level] / sum + 0.01 / shares.Length;
        return (shares, lowest - Math.Log(sum));
    }

    // Writes the first levels of a path; later columns of levels are left out.
    private void Place(int[] path, int count)
    {
        for (int i = 0; i < _levels.Count; i++)
        {
            StateColumn column = _levels[i];
            _roles.AsSpan(column.First, column.Width).Fill(i < count ? TreeRole.Known : TreeRole.Absent);
            if (i < count)
                column.SetLevel(_state, path[i]);
        }
    }

    private static int Pick(double[] shares, double uniform)
    {
        int level = 0;
        for (double sum = shares[0]; sum < uniform && level < shares.Length - 1;)
            sum += shares[++level];
        return level;
    }
}
