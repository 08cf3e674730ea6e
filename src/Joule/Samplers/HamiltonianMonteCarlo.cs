using Joule.Compute;
using Joule.Energies;
using Joule.States;

namespace Joule.Samplers;

/// <summary>Options of <see cref="HamiltonianMonteCarlo"/>.</summary>
[Named("hmc", "Hamiltonian Monte Carlo: leapfrog trajectories with an accept test")]
public sealed record HamiltonianMonteCarloOptions : SamplerOptions
{
    /// <summary>ε: the time of one leapfrog step, in units of the state, since the momentum has unit variance. Above 0.</summary>
    public float StepSize { get; init; } = 0.1f;

    /// <summary>L: leapfrog steps of one trajectory, each of which takes one gradient. 1 to 100,000.</summary>
    public int LeapfrogSteps { get; init; } = 10;

    /// <summary>
    /// How far the step size of a trajectory may lie from ε, as a share of it: it is uniform on ε·[1 − jitter, 1 + jitter). At least 0 and below 1; 0 for steps of one
    /// size. A trajectory of one fixed time can swing back to where it began, or to its mirror image, and then a direction never forgets its start, however well
    /// proposals are accepted (Neal 2011, section 5.3.2).
    /// </summary>
    public float StepJitter { get; init; } = 0.2f;

    /// <summary>
    /// How far the number of leapfrog steps of a trajectory may lie from L, as a share of it: every whole number from L·(1 − jitter) to L·(1 + jitter), rounded, is as
    /// likely, and at least 1. At least 0 and below 1; 0 for trajectories of L steps.
    /// </summary>
    public float LengthJitter { get; init; } = 0.2f;

    /// <summary>T of p(x) ∝ exp(−E(x)/T). Above 0.</summary>
    public float Temperature { get; init; } = 1;

    /// <inheritdoc/>
    public override HamiltonianMonteCarlo Create(Energy energy) => new(this);

    /// <inheritdoc/>
    public override HamiltonianMonteCarloOptions Scaled(double factor) => this with { StepSize = (float)(StepSize * factor) };

    /// <inheritdoc/>
    public override double? EffectiveTemperature() => Temperature;

    /// <inheritdoc/>
    public override void Validate(ICollection<string> problems, string path)
    {
        ArgumentNullException.ThrowIfNull(problems);
        if (!(StepSize > 0) || !float.IsFinite(StepSize))
            problems.Add($"{path}step_size is {StepSize}; it must be above 0 and finite");
        if (LeapfrogSteps is < 1 or > 100_000)
            problems.Add($"{path}leapfrog_steps is {LeapfrogSteps}; it must lie between 1 and 100000");
        if (!(StepJitter is >= 0 and < 1))
            problems.Add($"{path}step_jitter is {StepJitter}; it must be at least 0 and below 1");
        if (!(LengthJitter is >= 0 and < 1))
            problems.Add($"{path}length_jitter is {LengthJitter}; it must be at least 0 and below 1");
        if (!(Temperature > 0) || !float.IsFinite(Temperature))
            problems.Add($"{path}temperature is {Temperature}; it must be above 0 and finite");
    }
}

/// <summary>
/// Hamiltonian Monte Carlo with unit masses (Duane, Kennedy, Pendleton and Roweth, "Hybrid Monte Carlo", Physics Letters B 195, 1987; Neal, "MCMC using Hamiltonian
/// dynamics", 2011, arXiv:1206.1901): a step draws a momentum, follows H(x, p) = E(x)/T + ½‖p‖² for L leapfrog steps of time ε, and accepts where it came to with
/// probability min(1, exp(−ΔH)). It has no bias; it accepts best at about .651.
/// </summary>
/// <remarks>
/// <para>After a step, energies, gradients and norms of the block belong to the states that the step left.</para>
/// <para>In a box, walls reflect: a position beyond one is mirrored back and its momentum changes sign, which keeps volume and can be reversed, so that the chain is
/// exact inside the box (Neal 2011, section 5.5.1.5). The energy is asked inside the box only.</para>
/// <para>A proposal is divergent, as in Stan, where H rose by more than 1,000 nats or where energy, gradient or momentum at its end are not finite: a trajectory that ran away.
/// Its probability is zero, so it is rejected, and it is counted: see <see cref="ChainLoop.Divergent"/>. A state that has no finite energy
/// and gradient itself stops the chain with a <see cref="DivergenceException"/>.</para>
/// <para>The test is computed in float64 from energies in float32: their last digit, 6·10⁻⁸ of E/T, is what it can see.</para>
/// <para>Step size and length of a trajectory are drawn anew for each, around ε and L. They do not depend on the state, so each kernel that is drawn leaves p as it is, and so does
/// their mixture. All chains of a step have the same.</para>
/// <para>Momenta are a chain's normal draws 0 … n − 1; the uniform draw of the test comes from the next group of 64, which they never touch. Step size and length are draws 0 and 1
/// of the last chain that can be numbered, 2³² − 1, which no state has.</para>
/// </remarks>
public sealed class HamiltonianMonteCarlo : Sampler
{
    private const double DivergentRise = 1000;
    private const uint CommonChain = uint.MaxValue;

    private readonly HamiltonianMonteCarloOptions _options;

    /// <summary>Creates the sampler.</summary>
    /// <exception cref="InvalidInputException">An option is out of range; every violation is listed.</exception>
    public HamiltonianMonteCarlo(HamiltonianMonteCarloOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        List<string> problems = [];
        options.Validate(problems, "");
        if (problems.Count > 0)
            throw new InvalidInputException($"The options of the Hamiltonian sampler cannot be used: {string.Join("; ", problems)}.");
        _options = options;
    }

    /// <summary>Momentum, proposal, and the gradient there.</summary>
    public override int ScratchRows => 3;

    /// <summary>Energy and squared gradient norm of the state; kinetic energy before and after.</summary>
    public override int ScratchNumbers => 4;

    /// <inheritdoc/>
    /// <exception cref="InvalidInputException">The states are neither real without walls nor real between two finite walls.</exception>
    public override void Step(Device device, IDifferentiable energy, in ChainBlock block)
    {
        int count = block.States.Count;
        (LeapfrogCoefficients coefficients, int length) = Trajectory(energy.Space, block.Noise);
        Rows momentum = block.Scratch.Slice(0, count), proposal = block.Scratch.Slice(count, count), gradient = block.Scratch.Slice(2 * count, count);
        Span<double> energies = block.Numbers[..count], norms = block.Numbers.Slice(count, count);
        Span<double> kineticBefore = block.Numbers.Slice(2 * count, count), kineticAfter = block.Numbers.Slice(3 * count, count);

        if (!block.Continues)
            energy.Gradient(block.States, block.EnergyRows, block.Gradient);
        device.LeapfrogStart(block.States, block.Gradient, momentum, proposal, coefficients, block.Noise, block.FirstChain, kineticBefore, block.SquaredNorms);
        for (int i = 0; i < count; i++)
        {
            energies[i] = block.Energies[i];
            norms[i] = block.SquaredNorms[i];
        }
        for (int step = 1; step < length; step++)
        {
            energy.Gradient(proposal, block.EnergyRows, gradient);
            device.LeapfrogStep(proposal, momentum, gradient, coefficients);
        }
        energy.Gradient(proposal, block.EnergyRows, gradient);
        device.LeapfrogEnd(momentum, gradient, coefficients, kineticAfter, block.SquaredNorms);

        for (int i = 0; i < count; i++)
        {
            double fall = (energies[i] - block.Energies[i]) / _options.Temperature + kineticBefore[i] - kineticAfter[i];
            bool here = double.IsFinite(energies[i]) && double.IsFinite(norms[i]);
            bool there = float.IsFinite(block.Energies[i]) && float.IsFinite(block.SquaredNorms[i]) && double.IsFinite(kineticAfter[i]) && fall >= -DivergentRise;
            if (here && there && Accepts(fall, block, i))
            {
                proposal[i].CopyTo(block.States[i]);
                gradient[i].CopyTo(block.Gradient[i]);
                block.Accepted[i]++;
                continue;
            }
            block.Energies[i] = (float)energies[i];
            block.SquaredNorms[i] = (float)norms[i];
            if (!there)
                block.Divergent[i]++;
        }
    }

    private static bool Accepts(double fall, in ChainBlock block, int row)
    {
        if (fall >= 0)
            return true;
        // In the middle of one of 2³² cells: never 0, so that nothing is accepted whose probability is nothing.
        int afterMomenta = (block.States.Width + 63) / 64 * 64;
        double uniform = (block.Noise.Bits(block.FirstChain + (uint)row, afterMomenta) + 0.5) / 4294967296.0;
        return uniform < Math.Exp(fall);
    }

    private (LeapfrogCoefficients Coefficients, int Length) Trajectory(StateSpace space, RandomStream noise)
    {
        bool walls = float.IsFinite(space.High - space.Low), none = float.IsNegativeInfinity(space.Low) && float.IsPositiveInfinity(space.High);
        if (space.Domain is not (Domain.Real or Domain.Box) || !(walls || none))
            throw new InvalidInputException($"Hamiltonian dynamics need real states, with two finite walls or with none; the space is {space}.");
        float step = _options.StepSize;
        if (_options.StepJitter > 0)
            step *= 1 + _options.StepJitter * (2 * noise.Uniform(CommonChain, 0) - 1);
        double spread = (double)_options.LengthJitter * _options.LeapfrogSteps;
        int shortest = Math.Max(1, (int)Math.Round(_options.LeapfrogSteps - spread)), longest = (int)Math.Round(_options.LeapfrogSteps + spread);
        int length = shortest + (int)((double)noise.Uniform(CommonChain, 1) * (longest - shortest + 1));
        return (new LeapfrogCoefficients(step, step / _options.Temperature, space.Low, space.High), length);
    }
}
