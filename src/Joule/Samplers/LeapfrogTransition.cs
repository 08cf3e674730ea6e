using Joule.Compute;
using Joule.Energies;

namespace Joule.Samplers;

/// <summary>
/// The transition shared by <see cref="HamiltonianMonteCarlo"/> and <see cref="MetropolisAdjustedLangevin"/>: a momentum, leapfrog steps,
/// and the Metropolis test on H(x, p) = E(x)/T + ½‖p‖². A block's energies, gradients and norms belong to the states that it leaves.
/// </summary>
/// <remarks>
/// Momenta are a chain's normal draws 0 … n − 1 of the step; the test's uniform draw comes from the next group of 64, which they do not
/// use. The test is made in log space and float64, from float32 energies: its resolution is their last digit, 6·10⁻⁸ of E/T.
/// </remarks>
internal static class LeapfrogTransition
{
    /// <summary>Momentum, proposal, and the gradient there.</summary>
    public const int ScratchRows = 3;

    /// <summary>Energy and squared gradient norm of the state; kinetic energy before and after.</summary>
    public const int ScratchNumbers = 4;

    /// <summary>A proposal diverges, as in Stan, if H rises by more than this, in nats.</summary>
    internal const double DivergentRise = 1000;

    /// <summary>Advances a block by one transition.</summary>
    /// <param name="energy">The energy.</param>
    /// <param name="block">The chains.</param>
    /// <param name="coefficients">Drift, kick and walls of a leapfrog step.</param>
    /// <param name="length">Leapfrog steps, at least 1; each takes one gradient.</param>
    /// <param name="temperature">T.</param>
    /// <param name="scale">Scales of a diagonal metric, see <see cref="DiagonalMetric"/>; empty for unit masses.</param>
    /// <param name="dense">A dense metric, which needs one more row of scratch; null for another.</param>
    public static void Step(IDifferentiable energy, in ChainBlock block, in LeapfrogCoefficients coefficients, int length,
        double temperature, ReadOnlySpan<float> scale = default, DenseMetric? dense = null)
    {
        int count = block.States.Count;
        Rows momentum = block.Scratch.Slice(0, count), proposal = block.Scratch.Slice(count, count),
            gradient = block.Scratch.Slice(2 * count, count);
        Rows scaled = dense is null ? default : block.Scratch.Slice(3 * count, count);
        Rows before = block.NumberRows.Slice(2 * count, count), after = block.NumberRows.Slice(3 * count, count);
        Span<double> energies = block.NumberRows.Slice(0, count).Doubles, norms = block.NumberRows.Slice(count, count).Doubles;
        Span<double> kineticBefore = before.Doubles, kineticAfter = after.Doubles;
        Span<float> newEnergies = block.Energies, newNorms = block.SquaredNorms;

        if (!block.Continues)
            energy.Gradient(block.States, block.EnergyRows, block.Gradient);
        if (dense is not null)
        {
            dense.Start(block, momentum, proposal, scaled, coefficients, before);
        }
        else if (scale.IsEmpty)
        {
            Kernels.LeapfrogStart(block.States, block.Gradient, momentum, proposal, coefficients, block.Noise, block.FirstChain, before,
                block.NormRows);
        }
        else
        {
            DiagonalMetric.Start(block, momentum, proposal, coefficients, scale, before);
        }
        for (int i = 0; i < count; i++)
        {
            energies[i] = newEnergies[i];
            norms[i] = newNorms[i];
        }
        for (int step = 1; step < length; step++)
        {
            block.Cancellation.ThrowIfCancellationRequested();
            energy.Gradient(proposal, block.EnergyRows, gradient);
            if (dense is not null)
                dense.Step(proposal, momentum, gradient, scaled, coefficients);
            else if (scale.IsEmpty)
                Kernels.LeapfrogStep(proposal, momentum, gradient, coefficients);
            else
                DiagonalMetric.Step(proposal, momentum, gradient, coefficients, scale, after, block.NormRows);
        }
        energy.Gradient(proposal, block.EnergyRows, gradient);
        if (dense is not null)
            dense.End(momentum, gradient, scaled, coefficients.Kick, after, block.NormRows);
        else if (scale.IsEmpty)
            Kernels.LeapfrogEnd(momentum, gradient, coefficients, after, block.NormRows);
        else
            Kernels.TrajectoryEnd(momentum, gradient, scale, [], coefficients.Kick, after, block.NormRows);

        // Looked up once: each look costs as much as a few numbers of a state.
        Span<float> states = block.States.Span, slopes = block.Gradient.Span, ends = proposal.Span, endSlopes = gradient.Span;
        Span<int> accepted = block.Accepted, divergent = block.Divergent;
        Span<double> errors = block.EnergyErrors;
        int width = block.States.Width;
        for (int i = 0; i < count; i++)
        {
            double fall = (energies[i] - newEnergies[i]) / temperature + kineticBefore[i] - kineticAfter[i];
            bool here = double.IsFinite(energies[i]) && double.IsFinite(norms[i]);
            bool there = float.IsFinite(newEnergies[i]) && float.IsFinite(newNorms[i]) && double.IsFinite(kineticAfter[i])
                && fall >= -DivergentRise;
            if (!there)
                divergent[i]++;
            else if (here)
                errors[i] += Math.Abs(fall);
            if (here && there && Accepts(fall, block, i))
            {
                ends.Slice(i * width, width).CopyTo(states[(i * width)..]);
                endSlopes.Slice(i * width, width).CopyTo(slopes[(i * width)..]);
                accepted[i]++;
                continue;
            }
            newEnergies[i] = (float)energies[i];
            newNorms[i] = (float)norms[i];
        }
    }

    private static bool Accepts(double fall, in ChainBlock block, int row)
    {
        if (fall >= 0)
            return true;
        // Never 0, so that a proposal of probability 0 is never accepted.
        double uniform = block.Noise.OpenUniform(block.FirstChain + (uint)row, RandomStream.AfterNormals(block.States.Width));
        return Passes(uniform, fall);
    }

    /// <summary>Whether a uniform draw u passes the test of Metropolis: ln u &lt; the logarithm of the chance.</summary>
    // ln u ≤ u − 1 decides most of them without a logarithm.
    internal static bool Passes(double uniform, double logChance) => uniform - 1 < logChance || Math.Log(uniform) < logChance;
}
