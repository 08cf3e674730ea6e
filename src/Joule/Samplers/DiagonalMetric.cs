using System.Globalization;
using Joule.Compute;
using Joule.States;

namespace Joule.Samplers;

/// <summary>
/// A diagonal metric given by inverse masses, one for every number of a state. Trajectories use momenta scaled to unit masses, v = s∘p
/// with s the roots of the inverse masses: then the kinetic energy is ½Σv², a drift is ε·s∘v and a kick κ·s∘∇E.
/// </summary>
internal static class DiagonalMetric
{
    /// <summary>Adds to a list whatever inverse masses are out of range.</summary>
    public static void Check(IReadOnlyList<float> inverseMass, ICollection<string> problems, string path)
    {
        for (int i = 0; i < inverseMass.Count; i++)
        {
            if (inverseMass[i] > 0 && float.IsFinite(inverseMass[i]))
                continue;
            string value = inverseMass[i].ToString(CultureInfo.InvariantCulture);
            problems.Add($"{path}inverse_mass.{i} is {value}; it must be above 0 and finite");
            return;
        }
    }

    /// <summary>What a description of options adds for inverse masses.</summary>
    public static string Describe(IReadOnlyList<float> inverseMass, MassMetric metric)
    {
        string dense = metric == MassMetric.Dense ? "dense " : "";
        if (inverseMass.Count == 0)
            return metric == MassMetric.Dense ? ", dense masses" : "";
        int numbers = metric == MassMetric.Dense ? (int)Math.Sqrt(inverseMass.Count) : inverseMass.Count;
        return $", {dense}masses of {Counted.Of(numbers, "number")}";
    }

    /// <summary>The start of a trajectory: as <see cref="Kernels.LeapfrogStart"/>, with this metric.</summary>
    public static void Start(in ChainBlock block, Rows momentum, Rows proposal, in LeapfrogCoefficients coefficients,
        ReadOnlySpan<float> scale, Rows kinetic)
    {
        momentum.Span.Clear();
        Kernels.AddNoise(momentum, 1, float.NegativeInfinity, float.PositiveInfinity, block.Noise, block.FirstChain);
        Kernels.TrajectoryEnd(momentum, block.Gradient, scale, [], 0, kinetic, block.NormRows);
        block.States.Span.CopyTo(proposal.Span);
        Kernels.TrajectoryStart(proposal, momentum, block.Gradient, scale, [], coefficients);
    }

    /// <summary>A step inside a trajectory: the second half of a leapfrog step and the first half of the next.</summary>
    public static void Step(Rows proposal, Rows momentum, Rows gradient, in LeapfrogCoefficients coefficients, ReadOnlySpan<float> scale,
        Rows kinetic, Rows squaredNorms)
    {
        Kernels.TrajectoryEnd(momentum, gradient, scale, [], coefficients.Kick, kinetic, squaredNorms);
        Kernels.TrajectoryStart(proposal, momentum, gradient, scale, [], coefficients);
    }

    /// <summary>The scales s, with ones at the end up to a multiple of 16.</summary>
    /// <param name="inverseMass">One number for each of the state's; empty where all are 1.</param>
    /// <param name="space">The states.</param>
    /// <exception cref="InvalidInputException">There are neither none nor as many as the state has numbers.</exception>
    public static float[] Scale(IReadOnlyList<float> inverseMass, StateSpace space)
    {
        if (inverseMass.Count != 0 && inverseMass.Count != space.Width)
        {
            throw new InvalidInputException($"inverse_mass has {Counted.Of(inverseMass.Count, "number")}; the energy is defined on "
                + $"{space}, which needs {space.Width}, or none where all are 1.");
        }
        float[] scale = new float[(space.Width + 15) / 16 * 16];
        scale.AsSpan().Fill(1);
        for (int i = 0; i < inverseMass.Count; i++)
            scale[i] = MathF.Sqrt(inverseMass[i]);
        return scale;
    }
}
