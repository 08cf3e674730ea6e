using Joule.Compute;
using Joule.Energies;

namespace Joule.Samplers;

/// <summary>
/// A sampler that walks in unconstrained numbers y, by another on the <see cref="TransformedEnergy"/>: what `walls=transform` makes.
/// </summary>
/// <remarks>
/// <para>The chains keep y besides what the inner sampler keeps; each step writes the state x(y). Gradients and norms of the block are
/// those of the transformed energy at y; the energies are E at the states, found as F(y) + T·ln|dx/dy| without another evaluation.</para>
/// <para>Masses, step sizes and momenta are those of y.</para>
/// </remarks>
public sealed class TransformedSampler : Sampler
{
    /// <summary>The name of the part that keeps y.</summary>
    public const string Unconstrained = "unconstrained";

    private readonly TransformedEnergy _target;
    private readonly Sampler _inner;
    private readonly double _temperature;

    private TransformedSampler(Energy energy, TransformedEnergy target, Sampler inner, double temperature) : base(energy)
    {
        (_target, _inner, _temperature) = (target, inner, temperature);
        Kept = [new KeptPart(Unconstrained, energy.Space.Width), .. inner.Kept];
    }

    /// <summary>
    /// Creates a sampler: inside this one where the domain is continuous and has walls, or else on the energy as it is.
    /// </summary>
    /// <param name="energy">The energy.</param>
    /// <param name="temperature">T of the inner sampler.</param>
    /// <param name="create">Creates the inner sampler, of a single phase.</param>
    /// <exception cref="InvalidInputException">The energy lacks what the inner sampler needs.</exception>
    public static Sampler Create(Energy energy, double temperature, Func<Energy, Sampler> create)
    {
        ArgumentNullException.ThrowIfNull(energy);
        ArgumentNullException.ThrowIfNull(create);
        // Without a gradient, or for discrete states, the sampler itself says what it lacks.
        if (energy is not IDifferentiable || !energy.Space.IsContinuous || !WallTransform.HasWalls(energy.Space))
            return create(energy);
        TransformedEnergy target = new(energy, temperature);
        return new TransformedSampler(energy, target, create(target), temperature);
    }

    /// <inheritdoc/>
    public override bool HasAcceptTest => _inner.HasAcceptTest;

    /// <inheritdoc/>
    public override IReadOnlyList<KeptPart> Kept { get; }

    /// <inheritdoc/>
    public override int? MassPart => 0;

    /// <inheritdoc/>
    public override int ScratchRows => _inner.ScratchRows;

    /// <inheritdoc/>
    public override int ScratchNumbers => _inner.ScratchNumbers + 1;

    /// <inheritdoc/>
    public override void Init(Device device, in ChainStart start)
    {
        Rows y = start.Kept(0);
        _target.FromStates(start.States, y);
        _inner.Init(device, start.Inner(y, 1));
    }

    /// <inheritdoc/>
    public override void Step(Device device, in ChainBlock block)
    {
        Rows y = block.Kept(0), numbers = block.NumberRows;
        int count = block.States.Count, inner = _inner.ScratchNumbers * count;
        // F of every chain, in one word each.
        Rows values = new(numbers.Buffer, numbers.Slice(inner, count).Offset, count, 1);
        _inner.Step(device, new ChainBlock
        {
            States = y,
            Gradient = block.Gradient,
            EnergyRows = values,
            NormRows = block.NormRows,
            FirstChain = block.FirstChain,
            Noise = block.Noise,
            Continues = block.Continues,
            Scratch = block.Scratch,
            NumberRows = inner == 0 ? default : numbers.Slice(0, inner),
            Accepted = block.Accepted,
            Divergent = block.Divergent,
            EnergyErrors = block.EnergyErrors,
            AllKept = block.AllKept,
            FirstPart = block.FirstPart + 1,
            FirstRow = block.FirstRow,
        });
        _target.ToStates(y, block.States);
        Span<float> energies = block.Energies, transformed = values.Span;
        for (int i = 0; i < count; i++)
            energies[i] = (float)(transformed[i] + _temperature * _target.LogJacobian(y[i]));
    }
}
