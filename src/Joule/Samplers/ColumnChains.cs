using Joule.Compute;
using Joule.Energies;
using Joule.States;

namespace Joule.Samplers;

/// <summary>
/// Chains over the missing columns of a state for any energy, at T = 1. A sweep visits each missing column: a number takes a random-walk
/// Metropolis step (Metropolis et al. 1953) whose size is drawn anew, log-uniform from 0.05 to 4; a level is drawn from its exact
/// distribution given all else (Gibbs). Both leave the conditional distribution invariant.
/// </summary>
internal static class ColumnChains
{
    /// <summary>Sweeps of a chain.</summary>
    public const int Sweeps = 100;

    private const double Smallest = 0.05;
    private const double Largest = 4;

    /// <summary>Runs the chains, in place.</summary>
    /// <param name="energy">The energy.</param>
    /// <param name="columns">The columns of the states.</param>
    /// <param name="isMissing">The missing numbers.</param>
    /// <param name="draws">The draws: sweep s is step s + 1, chain c is that of state c.</param>
    /// <param name="states">One state for each chain, all the same; receives their ends.</param>
    /// <param name="energies">Receives the energies of the ends.</param>
    public static void Run(Energy energy, IReadOnlyList<StateColumn> columns, ReadOnlySpan<bool> isMissing, in RandomStream draws,
        Rows states, Rows energies)
    {
        bool[] missing = isMissing.ToArray();
        StateColumn[] free = [.. columns.Where(c => missing[c.First])];
        int most = Math.Max(1, free.Max(c => c.Levels));
        using DeviceBuffer memory = DeviceBuffer.OnHost((long)states.Count * most * (states.Width + 1));
        Rows others = new(memory, 0, states.Count * most, states.Width), values = new(memory, others.Length, states.Count * most, 1);
        Start(free, draws, states);
        Evaluate(energy, states, energies);
        for (int sweep = 1; sweep <= Sweeps; sweep++)
        {
            for (int c = 0; c < free.Length; c++)
            {
                if (free[c].IsLevels)
                    DrawLevels(energy, free[c], draws.At((ulong)sweep), 4L * c, states, energies, others, values);
                else
                    Walk(energy, free[c], draws.At((ulong)sweep), 4L * c, states, energies, others, values);
            }
        }
    }

    /// <summary>Evaluates states in blocks.</summary>
    public static void Evaluate(Energy energy, Rows states, Rows energies)
    {
        for (int start = 0; start < states.Count; start += energy.BlockRows)
        {
            int count = Math.Min(energy.BlockRows, states.Count - start);
            energy.Evaluate(states.Slice(start, count), energies.Slice(start, count));
        }
        int bad = energies.Span[..states.Count].IndexOfAnyExceptInRange(float.MinValue, float.MaxValue);
        if (bad >= 0)
            throw new DivergenceException("energy of a state with missing values", 0, bad, energies.Span[bad]);
    }

    // Numbers from N(0, 1), levels uniformly.
    private static void Start(StateColumn[] free, in RandomStream draws, Rows states)
    {
        float[] normals = new float[free.Length];
        for (int i = 0; i < states.Count; i++)
        {
            draws.FillNormal(normals, (uint)i);
            for (int c = 0; c < free.Length; c++)
            {
                if (free[c].IsLevels)
                    free[c].SetLevel(states[i], draws.Integer(free[c].Levels, (uint)i, RandomStream.AfterNormals(free.Length) + c));
                else
                    free[c].SetNumber(states[i], normals[c]);
            }
        }
    }

    private static void Walk(Energy energy, StateColumn column, in RandomStream draws, long index, Rows states, Rows energies, Rows others,
        Rows values)
    {
        int count = states.Count;
        for (int i = 0; i < count; i++)
        {
            double size = Smallest * Math.Pow(Largest / Smallest, draws.OpenUniform((uint)i, index));
            double step = size * NormalQuantile.Of(draws.OpenUniform((uint)i, index + 1));
            states[i].CopyTo(others[i]);
            others[i][column.First] += (float)step;
        }
        Evaluate(energy, others.Slice(0, count), values.Slice(0, count));
        for (int i = 0; i < count; i++)
        {
            if (draws.OpenUniform((uint)i, index + 2) < Math.Exp(Math.Min(0, (double)energies[i][0] - values[i][0])))
            {
                others[i].CopyTo(states[i]);
                energies[i][0] = values[i][0];
            }
        }
    }

    private static void DrawLevels(Energy energy, StateColumn column, in RandomStream draws, long index, Rows states, Rows energies,
        Rows others, Rows values)
    {
        int levels = column.Levels;
        for (int i = 0; i < states.Count * levels; i++)
        {
            states[i / levels].CopyTo(others[i]);
            column.SetLevel(others[i], i % levels);
        }
        Evaluate(energy, others.Slice(0, states.Count * levels), values.Slice(0, states.Count * levels));
        for (int i = 0; i < states.Count; i++)
        {
            Rows own = values.Slice(i * levels, levels);
            double lowest = own[0][0], sum = 0;
            for (int level = 1; level < levels; level++)
                lowest = Math.Min(lowest, own[level][0]);
            for (int level = 0; level < levels; level++)
                sum += Math.Exp(lowest - own[level][0]);
            double wanted = sum * draws.OpenUniform((uint)i, index);
            int chosen = 0;
            for (; chosen < levels - 1 && wanted >= Math.Exp(lowest - own[chosen][0]); chosen++)
                wanted -= Math.Exp(lowest - own[chosen][0]);
            column.SetLevel(states[i], chosen);
            energies[i][0] = own[chosen][0];
        }
    }
}
