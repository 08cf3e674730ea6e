using Joule.Compute;

namespace Joule.Samplers;

/// <summary>
/// One Metropolis-adjusted Langevin step of a block of chains on U(x) = E(x, t) + ‖x − y‖²/2b², each with its own y, t and b: a leapfrog
/// step as in <see cref="LeapfrogTransition"/>. The block's energies, gradients and norms are those of E at the states that it leaves.
/// </summary>
internal readonly ref struct RecoveryStep
{
    /// <summary>Momentum, proposal, ∇E there, and ∇U.</summary>
    public const int ScratchRows = 4;

    /// <summary>t, b², energy and squared gradient norm of the state, U there, and kinetic energy before and after.</summary>
    public const int ScratchNumbers = 7;

    private readonly ChainBlock _block;
    private readonly Rows _momentum, _slopes, _conditions, _before, _after;
    private readonly Span<double> _energies, _norms, _potentials;

    /// <summary>A step of a block whose first kept part is y.</summary>
    public RecoveryStep(in ChainBlock block)
    {
        int count = block.States.Count;
        Rows scratch = block.Scratch, numbers = block.NumberRows;
        _block = block;
        _conditions = block.Kept(0);
        (_momentum, Proposals) = (scratch.Slice(0, count), scratch.Slice(count, count));
        (Gradients, _slopes) = (scratch.Slice(2 * count, count), scratch.Slice(3 * count, count));
        Times = numbers.Slice(0, count).Doubles;
        Variances = numbers.Slice(count, count).Doubles;
        _energies = numbers.Slice(2 * count, count).Doubles;
        _norms = numbers.Slice(3 * count, count).Doubles;
        _potentials = numbers.Slice(4 * count, count).Doubles;
        (_before, _after) = (numbers.Slice(5 * count, count), numbers.Slice(6 * count, count));
    }

    /// <summary>t of each chain.</summary>
    public Span<double> Times { get; }

    /// <summary>b² of each chain.</summary>
    public Span<double> Variances { get; }

    /// <summary>The proposals.</summary>
    public Rows Proposals { get; }

    /// <summary>∇E at the proposals.</summary>
    public Rows Gradients { get; }

    /// <summary>Keeps the energies and norms of the states, and finds ∇U there.</summary>
    /// <param name="gradient">∇E at the states.</param>
    public void Remember(Rows gradient)
    {
        Kernels.SquaredNorms(gradient, _block.SquaredNorms);
        for (int i = 0; i < Times.Length; i++)
        {
            (_energies[i], _norms[i]) = (_block.Energies[i], _block.SquaredNorms[i]);
            _potentials[i] = _energies[i] + Pull(_block.States[i], gradient[i], i);
        }
    }

    /// <summary>Draws momenta and makes proposals, for chains with the same coefficients.</summary>
    public void Start(int start, int count, in LeapfrogCoefficients coefficients) => Kernels.LeapfrogStart(
        _block.States.Slice(start, count), _slopes.Slice(start, count), _momentum.Slice(start, count), Proposals.Slice(start, count),
        coefficients, _block.Noise, _block.FirstChain + (uint)start, _before.Slice(start, count), _block.NormRows.Slice(start, count));

    /// <summary>Ends the leapfrog step of those chains, with E and ∇E at the proposals.</summary>
    public void End(int start, int count, in LeapfrogCoefficients coefficients)
    {
        for (int i = start; i < start + count; i++)
            _potentials[i] -= _block.Energies[i] + Pull(Proposals[i], Gradients[i], i);
        Kernels.LeapfrogEnd(_momentum.Slice(start, count), _slopes.Slice(start, count), coefficients, _after.Slice(start, count),
            _block.NormRows.Slice(start, count));
    }

    /// <summary>Accepts proposals or keeps the states.</summary>
    public void Test()
    {
        Kernels.SquaredNorms(Gradients, _block.SquaredNorms);
        ReadOnlySpan<double> before = _before.Doubles, after = _after.Doubles;
        for (int i = 0; i < Times.Length; i++)
        {
            double fall = _potentials[i] + before[i] - after[i];
            bool here = double.IsFinite(_energies[i]) && double.IsFinite(_norms[i]);
            bool there = float.IsFinite(_block.Energies[i]) && float.IsFinite(_block.SquaredNorms[i])
                && fall >= -LeapfrogTransition.DivergentRise;
            if (!there)
                _block.Divergent[i]++;
            else if (here)
                _block.EnergyErrors[i] += Math.Abs(fall);
            if (here && there && (fall >= 0 || LeapfrogTransition.Passes(Uniform(i), fall)))
            {
                Proposals[i].CopyTo(_block.States[i]);
                Gradients[i].CopyTo(_block.Gradient[i]);
                _block.Accepted[i]++;
                continue;
            }
            (_block.Energies[i], _block.SquaredNorms[i]) = ((float)_energies[i], (float)_norms[i]);
        }
    }

    private double Uniform(int chain) =>
        _block.Noise.OpenUniform(_block.FirstChain + (uint)chain, RandomStream.AfterNormals(_block.States.Width));

    // Writes ∇U = ∇E + (x − y)/b², and returns ‖x − y‖²/2b².
    private double Pull(ReadOnlySpan<float> x, ReadOnlySpan<float> gradient, int chain)
    {
        ReadOnlySpan<float> y = _conditions[chain];
        Span<float> slope = _slopes[chain];
        float pull = (float)(1 / Variances[chain]);
        double squares = 0;
        for (int n = 0; n < x.Length; n++)
        {
            float off = x[n] - y[n];
            slope[n] = gradient[n] + pull * off;
            squares += (double)off * off;
        }
        return squares / (2 * Variances[chain]);
    }
}
