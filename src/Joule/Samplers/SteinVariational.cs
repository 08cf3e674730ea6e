using System.Numerics.Tensors;
using Joule.Compute;
using Joule.Energies;
using Joule.States;

namespace Joule.Samplers;

/// <summary>Options of <see cref="SteinVariational"/>.</summary>
[Named("stein", "Stein variational gradient descent: particles that move down the energy together and push each other apart",
    paper: "Liu and Wang 2016, arXiv:1608.04471")]
public sealed record SteinVariationalOptions : SamplerOptions
{
    /// <summary>ε: the step along the mean over all particles, in units of state².</summary>
    [Above(0)]
    public float StepSize { get; init; } = 0.1f;

    /// <summary>T of p(x) ∝ exp(−E(x)/T).</summary>
    [Above(0)]
    public float Temperature { get; init; } = 1;

    /// <summary>
    /// h of the kernel exp(−‖x − y‖²/h), in units of state². Null: the square of the median distance between particles over the logarithm
    /// of their number, at every step. Of more than 512 particles, the median is that of 512 of them.
    /// </summary>
    [Above(0)]
    public double? Bandwidth { get; init; }

    /// <inheritdoc/>
    public override SteinVariational Create(Energy energy) => new(energy, this);

    /// <inheritdoc/>
    public override SteinVariationalOptions Scaled(double factor) => this with { StepSize = (float)(StepSize * factor) };

    /// <inheritdoc/>
    public override double? EffectiveTemperature() => Temperature;

    /// <inheritdoc/>
    public override bool ChainsInteract() => true;

    /// <inheritdoc/>
    public override string StepName() => "Stein step";
}

/// <summary>
/// Stein variational gradient descent (Liu and Wang, "Stein variational gradient descent: a general purpose Bayesian inference algorithm",
/// 2016, arXiv:1608.04471, algorithm 1). All chains of a run are particles that act on each other: a step moves particle i by ε·φ(xᵢ),
/// φ(x) = 1/n Σⱼ [−k(xⱼ, x)∇E(xⱼ)/T + ∇k(xⱼ, x)], with the kernel k(x, y) = exp(−‖x − y‖²/h) and its gradient in xⱼ. The first term moves
/// particles to low energy, the second keeps them apart. A step takes one gradient of each particle and n² kernels.
/// </summary>
/// <remarks>
/// <para>It draws nothing, and it is not a Markov chain. The particles at the end stand for the distribution, with less variance than it
/// has where there are few particles for the dimensions (Ba et al., "Understanding the variance collapse of SVGD in high dimensions",
/// 2022); their R-hat, effective sample size and standard errors mean nothing. One particle descends to a mode.</para>
/// <para>Sums go over the particles in the order of their numbers, so results do not depend on threads and blocks. They do depend on which
/// chains run together: chains on different machines are different sets of particles.</para>
/// <para>States are clamped at the walls of the domain. Energies and norms of the block are those where the step began.</para>
/// </remarks>
public sealed class SteinVariational : Sampler
{
    private const int Evaluating = 0, Directing = 1;

    // Particles whose kernels are taken together, and the numbers of a state from which vectors pay.
    private const int Chunk = 64, Wide = 32;

    // Particles that all lie at one point have no distance: then only those at the very same point act on each other.
    private const double LeastBandwidth = 1e-30;

    private readonly IDifferentiable _energy;
    private readonly SteinVariationalOptions _options;

    /// <summary>Creates the sampler.</summary>
    /// <param name="energy">An energy with a gradient, on real states; walls, if any, are shared by all numbers.</param>
    /// <param name="options">The options.</param>
    /// <exception cref="InvalidInputException">
    /// An option is out of range (the message lists every violation), or the energy has no gradient or another domain.
    /// </exception>
    public SteinVariational(Energy energy, SteinVariationalOptions options) : base(energy)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.ThrowIfInvalid("Stein variational gradient descent");
        _energy = energy.Require<IDifferentiable>("Stein variational gradient descent");
        SamplerNeeds.RealStates(energy.Space, "Stein steps");
        _options = options;
    }

    /// <summary>Energies and bandwidth, directions, moves.</summary>
    public override int Phases => 3;

    /// <summary>The bandwidth.</summary>
    public override int SharedNumbers => 1;

    /// <summary>The direction, and the difference of two states.</summary>
    public override int ScratchRows => 2;

    /// <inheritdoc/>
    public override void Step(Device device, in ChainBlock block)
    {
        if (block.Phase == Evaluating)
            Evaluate(block);
        else if (block.Phase == Directing)
            Direct(block);
        else
            Move(block);
    }

    private void Evaluate(in ChainBlock block)
    {
        _energy.Gradient(block.States, block.EnergyRows, block.Gradient);
        Kernels.SquaredNorms(block.Gradient, block.SquaredNorms);
        if (block.FirstRow == 0)
            block.Shared[0] = _options.Bandwidth ?? Bandwidth(block.AllStates);
    }

    /// <summary>The square of the median distance over ln n (section 5 of the paper), above 0.</summary>
    private static double Bandwidth(Rows states)
    {
        double median = MedianDistance.Of(states);
        return Math.Max(median * median / Math.Log(Math.Max(states.Count, 2)), LeastBandwidth);
    }

    /// <summary>Writes n·φ of the block's particles.</summary>
    private void Direct(in ChainBlock block)
    {
        int count = block.States.Count, width = block.States.Width, all = block.AllStates.Count;
        Rows directions = block.Scratch.Slice(0, count);
        ReadOnlySpan<float> states = block.AllStates.Span, gradients = block.AllGradients.Span;
        Span<float> apart = block.Scratch[count], kernels = stackalloc float[Chunk];
        float inverse = -1 / _options.Temperature, sharpness = (float)(1 / block.Shared[0]);
        for (int i = 0; i < count; i++)
        {
            ReadOnlySpan<float> x = block.States[i];
            Span<float> direction = directions[i];
            direction.Clear();
            for (int start = 0; start < all; start += Chunk)
            {
                Span<float> chunk = kernels[..Math.Min(Chunk, all - start)];
                for (int k = 0; k < chunk.Length; k++)
                    chunk[k] = -sharpness * Square(x, states.Slice((start + k) * width, width));
                TensorPrimitives.Exp(chunk, chunk);
                for (int k = 0; k < chunk.Length; k++)
                {
                    if (chunk[k] == 0)
                        continue;
                    int row = (start + k) * width;
                    Add(gradients.Slice(row, width), chunk[k] * inverse, x, states.Slice(row, width), 2 * sharpness * chunk[k], apart,
                        direction);
                }
            }
        }
    }

    private static float Square(ReadOnlySpan<float> x, ReadOnlySpan<float> y)
    {
        if (x.Length >= Wide)
        {
            float distance = TensorPrimitives.Distance(x, y);
            return distance * distance;
        }
        float sum = 0;
        for (int l = 0; l < x.Length; l++)
            sum += (x[l] - y[l]) * (x[l] - y[l]);
        return sum;
    }

    /// <summary>direction += a·gradient + b·(x − y).</summary>
    private static void Add(ReadOnlySpan<float> gradient, float a, ReadOnlySpan<float> x, ReadOnlySpan<float> y, float b, Span<float> apart,
        Span<float> direction)
    {
        if (x.Length >= Wide)
        {
            TensorPrimitives.Subtract(x, y, apart);
            TensorPrimitives.MultiplyAdd(gradient, a, direction, direction);
            TensorPrimitives.MultiplyAdd(apart, b, direction, direction);
            return;
        }
        for (int l = 0; l < direction.Length; l++)
            direction[l] += a * gradient[l] + b * (x[l] - y[l]);
    }

    private void Move(in ChainBlock block)
    {
        StateSpace space = Energy.Space;
        Rows directions = block.Scratch.Slice(0, block.States.Count);
        Kernels.Scale(directions, _options.StepSize / block.AllStates.Count, block.States, accumulate: true);
        if (float.IsFinite(space.Low) || float.IsFinite(space.High))
            Kernels.Clamp(block.States, space.Low, space.High);
    }
}
