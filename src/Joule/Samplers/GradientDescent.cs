using Joule.Compute;
using Joule.Energies;
using Joule.States;

namespace Joule.Samplers;

/// <summary>Options of <see cref="GradientDescent"/>.</summary>
[Named("descent", "gradient descent to the nearest mode, without noise: it finds states of low energy and draws no samples",
    paper: "Cauchy 1847; Nesterov 1983")]
public sealed record GradientDescentOptions : SamplerOptions
{
    /// <summary>η: the step size along −∇ₓE, in units of state² per nat. It is stable below 2 over the largest curvature.</summary>
    [Above(0)]
    public float StepSize { get; init; } = 0.01f;

    /// <summary>Whether steps are accelerated by Nesterov's momentum.</summary>
    public bool Nesterov { get; init; }

    /// <inheritdoc/>
    public override GradientDescent Create(Energy energy) => new(energy, this);

    /// <inheritdoc/>
    public override GradientDescentOptions Scaled(double factor) => this with { StepSize = (float)(StepSize * factor) };

    /// <inheritdoc/>
    public override bool IsModeSeeking() => true;

    /// <inheritdoc/>
    public override string StepName() => "descent step";
}

/// <summary>
/// Gradient descent, x ← x − η∇E(x), or with Nesterov's momentum (Nesterov, "A method of solving a convex programming problem with
/// convergence rate O(1/k²)", 1983): y = x + k/(k+3)·(x − x₋), x ← y − η∇E(y), where k counts a chain's steps. For a convex energy of
/// largest curvature L and η ≤ 1/L, E falls to its minimum as 1/k, with momentum as 1/k². States are clamped at walls.
/// </summary>
/// <remarks>
/// It draws nothing: chains end in modes. Use it to find states of low energy, or to start chains near them.
/// With momentum, a chain keeps its previous state and the number of its steps; energies and gradients of a block belong to y.
/// </remarks>
public sealed class GradientDescent : Sampler
{
    private readonly IDifferentiable _energy;
    private readonly GradientDescentOptions _options;

    /// <summary>Creates the sampler.</summary>
    /// <param name="energy">An energy with a gradient, on real states; walls must be shared by all numbers.</param>
    /// <param name="options">The options.</param>
    /// <exception cref="InvalidInputException">
    /// An option is out of range (the message lists every violation), or the energy has no gradient or another domain.
    /// </exception>
    public GradientDescent(Energy energy, GradientDescentOptions options) : base(energy)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.ThrowIfInvalid("gradient descent");
        _energy = energy.Require<IDifferentiable>("Gradient descent");
        SamplerNeeds.RealStates(energy.Space, "Gradient descent steps");
        _options = options;
        Kept = options.Nesterov ? [new KeptPart("previous", energy.Space.Width), new KeptPart("steps", 1)] : [];
    }

    /// <inheritdoc/>
    public override IReadOnlyList<KeptPart> Kept { get; }

    /// <inheritdoc/>
    public override void Init(Device device, in ChainStart start)
    {
        if (_options.Nesterov)
            start.States.Span.CopyTo(start.Kept(0).Span);
    }

    /// <inheritdoc/>
    public override void Step(Device device, in ChainBlock block)
    {
        StateSpace space = Energy.Space;
        if (_options.Nesterov)
            Extrapolate(block, space);
        _energy.Gradient(block.States, block.EnergyRows, block.Gradient);
        LangevinCoefficients coefficients = new(_options.StepSize, 0, float.PositiveInfinity, space.Low, space.High);
        Kernels.LangevinUpdate(block.States, block.Gradient, coefficients, block.Noise, block.FirstChain, block.NormRows);
    }

    private static void Extrapolate(in ChainBlock block, StateSpace space)
    {
        for (int i = 0; i < block.States.Count; i++)
        {
            Span<float> x = block.States[i], previous = block.Kept(0)[i];
            ref float steps = ref block.Kept(1)[i][0];
            float momentum = steps / (steps + 3);
            for (int j = 0; j < x.Length; j++)
            {
                float here = x[j];
                x[j] = Math.Clamp(here + momentum * (here - previous[j]), space.Low, space.High);
                previous[j] = here;
            }
            // Beyond 2²⁴ float32 counts no further, and the momentum is 1 to seven digits.
            steps = Math.Min(steps + 1, 1 << 24);
        }
    }
}
