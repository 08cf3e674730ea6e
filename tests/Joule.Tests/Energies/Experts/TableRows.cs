using Joule.Compute;
using Joule.Energies;
using Joule.States;

namespace Joule.Tests.Energies;

/// <summary>Made-up tables, and energies fitted to them.</summary>
internal static class TableRows
{
    /// <summary>Rows of three numbers: x normal, y = x² with noise, and z in {0, 1}.</summary>
    public static ArrayStates Bent(int count, ulong seed = 1)
    {
        RandomStream draws = new(seed, RandomPurpose.User, 0);
        float[][] rows = new float[count][];
        for (int i = 0; i < count; i++)
        {
            float[] normal = new float[3];
            draws.FillNormal(normal, (uint)i);
            rows[i] = [normal[0], normal[0] * normal[0] - 1 + 0.3f * normal[1], normal[2] > 0.5f ? 1 : 0];
        }
        return new ArrayStates("bent", StateSpace.Real(Shape.Vector(3)), rows);
    }

    /// <summary>An energy fitted to rows.</summary>
    public static FittedEnergy Fit(Device device, FittedOptions options, StateSet rows, ulong seed = 5)
    {
        FittedEnergy energy = (FittedEnergy)options.Create(device, rows.Space);
        energy.Fit(rows, seed, CancellationToken.None);
        return energy;
    }

    /// <summary>The preset's combination.</summary>
    public static SmoothMaximumOptions Combination(double contamination = 0) => new()
    {
        Energies =
        [
            new TreeOptions(), new NeighboursOptions { Rows = 512 }, new NeighboursOptions { Rows = 512, Ranks = true },
            new NeighboursOptions { Rows = 512, Ranks = true, Subspaces = 3 },
        ],
        Contamination = contamination,
    };

    /// <summary>The energies of states in host memory.</summary>
    public static float[] Energies(Energy energy, Rows states)
    {
        float[] energies = new float[states.Count];
        energy.Evaluate(states, energies);
        return energies;
    }
}
