using System.Numerics.Tensors;
using Joule.Compute;
using Joule.Energies;

namespace Joule.Samplers;

/// <summary>Options of <see cref="RiemannianMonteCarlo"/>.</summary>
[Named("riemannian", "Riemannian-manifold HMC: trajectories in a metric that follows the energy's curvature",
    paper: "Girolami and Calderhead 2011, JRSS B 73:123; Betancourt 2013, arXiv:1212.4693")]
public sealed record RiemannianMonteCarloOptions : SamplerOptions, IAdaptable
{
    /// <summary>ε: the time of one leapfrog step, in units of the metric, where a Gaussian has deviation 1 in every direction.</summary>
    [Above(0)]
    public float StepSize { get; init; } = 0.3f;

    /// <summary>L: leapfrog steps of a trajectory.</summary>
    [Between(1, 10_000)]
    public int LeapfrogSteps { get; init; } = 5;

    /// <summary>Relative jitter of a trajectory's step size, as of `hmc`.</summary>
    [AtLeast(0), Below(1)]
    public float StepJitter { get; init; } = 0.2f;

    /// <summary>Relative jitter of a trajectory's number of leapfrog steps, as of `hmc`.</summary>
    [AtLeast(0), Below(1)]
    public float LengthJitter { get; init; } = 0.2f;

    /// <summary>
    /// α, in units of state² per nat: the metric is the absolute curvature where that is above 1/α, and 1/α where it is below. Too large,
    /// and trajectories fail where a curvature changes sign; too small, and the metric is that of plain HMC with inverse masses of α.
    /// </summary>
    [Above(0)]
    public double Softness { get; init; } = 100;

    /// <summary>The most iterations to solve half a step. A trajectory that needs more is rejected and counted as divergent.</summary>
    [Between(1, 10_000)]
    public int MaxIterations { get; init; } = 100;

    /// <summary>How exactly half a step is solved, in units of the metric.</summary>
    [Between(1e-13, 1e-3)]
    public double Tolerance { get; init; } = 1e-8;

    /// <summary>T of p(x) ∝ exp(−E(x)/T).</summary>
    [Above(0)]
    public float Temperature { get; init; } = 1;

    /// <inheritdoc/>
    public override RiemannianMonteCarlo Create(Energy energy) => new(energy, this);

    /// <inheritdoc/>
    public override bool HasAcceptTest() => true;

    /// <inheritdoc/>
    public override string StepName() => "Riemannian trajectory";

    /// <inheritdoc/>
    public override RiemannianMonteCarloOptions Scaled(double factor) => this with { StepSize = (float)(StepSize * factor) };

    /// <inheritdoc/>
    public override double? EffectiveTemperature() => Temperature;

    double IAdaptable.StepSize => StepSize;

    double IAdaptable.TargetAcceptance => 0.8;

    SamplerOptions IAdaptable.WithStepSize(double stepSize) => this with { StepSize = (float)stepSize };

    SamplerOptions IAdaptable.OneStep() => this with { LeapfrogSteps = 1, StepJitter = 0, LengthJitter = 0 };
}

/// <summary>
/// Riemannian-manifold Hamiltonian Monte Carlo (Girolami and Calderhead, "Riemann manifold Langevin and Hamiltonian Monte Carlo methods",
/// Journal of the Royal Statistical Society B 73:123, 2011) with the SoftAbs metric (Betancourt 2013, arXiv:1212.4693): a step draws
/// p ~ N(0, G(x)), follows H(x, p) = E(x)/T + ½ ln det G(x) + ½pᵀG(x)⁻¹p for L steps of the generalised leapfrog, and accepts the end
/// point with probability min(1, exp(−ΔH)). It has no bias. It reaches places of very different scales with one step size, as in Neal's
/// funnel; but a step takes eigenvectors, of a cost of n³, some twenty times.
/// </summary>
/// <remarks>
/// <para>A step that cannot be solved in <see cref="RiemannianMonteCarloOptions.MaxIterations"/>, or whose solution does not lead back to
/// its start, ends the trajectory: the proposal is rejected and counted in <see cref="ChainLoop.Divergent"/>, as one is whose H rises by
/// more than 1,000 nats or is not finite. The trajectories that remain are a map that preserves volume and is its own inverse once the
/// momentum is turned, so the chain is exact.</para>
/// <para>A trajectory runs in float64. Its end is rounded to float32 before the test, which takes H there: what is accepted is what was
/// tested, and each state is held with the weight of its own density. Rounding moves a state by 6·10⁻⁸ of itself, as every step of a
/// sampler in float32 does, and to return from it misses the start by as much: an error of that order, relative to the widths of the
/// density, that no step adds to another.</para>
/// <para>In a box, walls reflect. The energy is continued beyond them as its mirror image, and then H is unchanged if a number and its
/// momentum are mirrored together. So the trajectory on the line, seen in the box, preserves volume and is reversible. The metric may jump
/// at a wall; a step that crosses it and is not solved by this is rejected.</para>
/// <para>After a step, energies, gradients and norms of the block belong to the states that the step left. Momenta are a chain's normal
/// draws 0 … n − 1; the test's uniform draw comes from the next group of 64; step size and length are draws 0 and 1 of the last chain
/// number.</para>
/// </remarks>
#pragma warning disable CA1001 // The workspaces hold managed memory, so that there is nothing to dispose.
public sealed class RiemannianMonteCarlo : Sampler
#pragma warning restore CA1001
{
    /// <summary>The most numbers of a state, where they interact.</summary>
    public const int WidestState = 128;

    private readonly ICurved _energy;
    private readonly RiemannianMonteCarloOptions _options;
    private readonly WorkspacePool<Workspace> _workspaces;

    /// <summary>Creates the sampler.</summary>
    /// <param name="energy">An energy with second and third derivatives, on real states without walls or with two finite walls shared by
    /// all numbers; of at most <see cref="WidestState"/> numbers, unless they are independent.</param>
    /// <param name="options">The options.</param>
    /// <exception cref="InvalidInputException">
    /// An option is out of range (the message lists every violation), or the energy lacks derivatives, has too many numbers or another
    /// domain.
    /// </exception>
    public RiemannianMonteCarlo(Energy energy, RiemannianMonteCarloOptions options) : base(energy)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.ThrowIfInvalid("the Riemannian sampler");
        _energy = energy.Require<ICurved>("Riemannian dynamics");
        SamplerNeeds.RealStatesWithTwoWallsOrNone(energy.Space, "Riemannian dynamics");
        if (energy.Space.Width > WidestState && !_energy.IsSeparable)
        {
            throw new InvalidInputException($"Riemannian dynamics takes eigenvectors of n×n matrices, so it needs states of at most "
                + $"{WidestState} numbers; the energy is defined on {energy.Space}, {energy.Space.Width} numbers. Use nuts or hmc.");
        }
        _options = options;
        _workspaces = new WorkspacePool<Workspace>(64, () => new Workspace(_energy, options));
    }

    /// <inheritdoc/>
    public override bool HasAcceptTest => true;

    /// <inheritdoc/>
    public override void Step(Device device, in ChainBlock block)
    {
        Workspace workspace = _workspaces.Rent(out int place);
        (float step, int length) = TrajectoryJitter.Draw(
            block.Noise, _options.StepSize, _options.LeapfrogSteps, _options.StepJitter, _options.LengthJitter);
        for (int row = 0; row < block.States.Count; row++)
        {
            if (!block.Continues)
                Measure(block, row);
            if (workspace.Step(block, row, step, length))
                Measure(block, row);
        }
        _workspaces.Return(workspace, place);
    }

    private void Measure(in ChainBlock block, int row)
    {
        _energy.Gradient(block.States.Slice(row, 1), block.EnergyRows.Slice(row, 1), block.Gradient.Slice(row, 1));
        block.SquaredNorms[row] = TensorPrimitives.SumOfSquares<float>(block.Gradient[row]);
    }

    /// <summary>A trajectory's memory, that of one thread.</summary>
    private sealed class Workspace(ICurved energy, RiemannianMonteCarloOptions options) : IDisposable
    {
        private readonly GeneralizedLeapfrog _leapfrog = new(energy, options);
        private readonly float[] _numbers = new float[energy.Space.Width];

        /// <summary>Takes one chain through a trajectory and its test; true if it was accepted.</summary>
        public bool Step(in ChainBlock block, int row, double time, int length)
        {
            Span<float> state = block.States[row];
            uint chain = block.FirstChain + (uint)row;
            TensorPrimitives.ConvertTruncating<float, double>(state, _leapfrog.Position);
            if (!_leapfrog.Evaluate())
            {
                block.SquaredNorms[row] = float.NaN; // which the loop reports
                return false;
            }
            block.Noise.FillNormal(_numbers, chain);
            _leapfrog.Metric.Draw(_numbers, _leapfrog.Momentum);
            double before = _leapfrog.Hamiltonian;
            bool arrives = true;
            for (int i = 0; arrives && i < length; i++)
                arrives = _leapfrog.Step(time);
            arrives = arrives && Round();
            double fall = arrives ? before - _leapfrog.Hamiltonian : double.NaN;
            if (!(fall >= -LeapfrogTransition.DivergentRise) || !double.IsFinite(fall))
            {
                block.Divergent[row]++;
                return false;
            }
            block.EnergyErrors[row] += Math.Abs(fall);
            double uniform = block.Noise.OpenUniform(chain, RandomStream.AfterNormals(state.Length));
            if (!LeapfrogTransition.Passes(uniform, fall))
                return false;
            _numbers.CopyTo(state);
            block.Accepted[row]++;
            return true;
        }

        public void Dispose() { }

        // Rounds the position to float32 and evaluates the metric there.
        private bool Round()
        {
            TensorPrimitives.ConvertTruncating<double, float>(_leapfrog.Position, _numbers);
            TensorPrimitives.ConvertTruncating<float, double>(_numbers, _leapfrog.Position);
            return _leapfrog.Evaluate();
        }
    }
}
