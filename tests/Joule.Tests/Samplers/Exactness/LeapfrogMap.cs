using Joule.Compute;
using Joule.Energies;

namespace Joule.Tests.Samplers;

/// <summary>
/// Leapfrog trajectories with the kernels of the samplers: of unit masses, which <c>hmc</c> and <c>mala</c> use, or of a diagonal metric,
/// which <c>nuts</c> uses too.
/// </summary>
/// <param name="energy">The energy, with or without walls.</param>
/// <param name="step">ε.</param>
/// <param name="scale">The roots of the inverse masses; empty for the kernels of unit masses.</param>
internal sealed class LeapfrogMap(Energy energy, float step, float[] scale)
{
    private readonly IDifferentiable _energy = energy.Require<IDifferentiable>("A leapfrog map");
    private readonly float[] _scale = scale.Length == 0 ? [] : [.. scale, .. Enumerable.Repeat(1f, 16)];
    private readonly LeapfrogCoefficients _whole = new(step, step, energy.Space.Low, energy.Space.High);

    /// <summary>Moves positions and momenta by some steps.</summary>
    public void Run(Rows positions, Rows momenta, int steps)
    {
        int count = positions.Count;
        Rows gradient = TestRows.Empty(count, positions.Width), energies = TestRows.Empty(count, 1), kinetic = TestRows.Empty(count, 2),
            norms = TestRows.Empty(count, 1);
        _energy.Gradient(positions, energies, gradient);
        for (int i = 0; i < steps; i++)
        {
            if (_scale.Length == 0)
                Kernels.LeapfrogStep(positions, momenta, gradient, _whole with { Kick = _whole.Kick / 2 });
            else
                Kernels.TrajectoryStart(positions, momenta, gradient, _scale, [], _whole);
            _energy.Gradient(positions, energies, gradient);
            if (_scale.Length == 0)
                Kernels.LeapfrogEnd(momenta, gradient, _whole, kinetic, norms);
            else
                Kernels.TrajectoryEnd(momenta, gradient, _scale, [], _whole.Kick, kinetic, norms);
        }
    }

    /// <summary>Turns all momenta.</summary>
    public static void Turn(Rows momenta)
    {
        foreach (ref float p in momenta.Span)
            p = -p;
    }

    /// <summary>H = E + ½Σp² of every row: the metric's momenta are scaled to unit masses.</summary>
    public double[] Hamiltonians(Rows positions, Rows momenta)
    {
        float[] energies = new float[positions.Count];
        energy.Evaluate(positions, energies);
        return [.. energies.Select((e, i) => e + 0.5 * TestRows.Doubles(momenta[i]).Sum(p => p * p))];
    }
}
