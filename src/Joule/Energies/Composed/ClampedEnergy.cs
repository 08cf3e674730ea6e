using System.Globalization;
using Joule.Compute;
using Joule.States;

namespace Joule.Energies;

/// <summary>
/// An energy of the free numbers of a state while all others stand still: E(free) = E₁(free, clamped). Its distribution is the conditional
/// one, so that any sampler draws from it, as inpainting and imputation want.
/// </summary>
public sealed class ClampedEnergy : Energy, IDifferentiable, IKnown, IDisposable
{
    private readonly Energy _inner;
    private readonly float[] _values;
    private readonly int[] _free;
    private readonly CorrelatedGaussianEnergy? _conditional;
    private readonly WorkspacePool<Workspace> _workspaces;

    /// <summary>Creates the energy.</summary>
    /// <param name="inner">The energy of whole states, with a gradient. It is not disposed with this one unless
    /// <see cref="OwnsInner"/> says so.</param>
    /// <param name="values">A whole state; the numbers that are not free count.</param>
    /// <param name="isFree">Which numbers are free, at least one.</param>
    /// <exception cref="InvalidInputException">The lengths do not fit, no number is free, a clamped one lies outside its domain, or the
    /// energy has no gradient.</exception>
    public ClampedEnergy(Energy inner, ReadOnlySpan<float> values, ReadOnlySpan<bool> isFree)
    {
        ArgumentNullException.ThrowIfNull(inner);
        StateSpace space = inner.Space;
        if (values.Length != space.Width || isFree.Length != space.Width || !isFree.Contains(true))
        {
            throw new InvalidInputException($"To clamp a state of {space} takes {space.Width} values and as many marks, at least one "
                + "of them free; "
                + $"it was given {values.Length} and {isFree.Length}.");
        }
        inner.Require<IDifferentiable>("A clamped state");
        _inner = inner;
        _values = values.ToArray();
        bool[] marks = isFree.ToArray();
        _free = [.. Enumerable.Range(0, marks.Length).Where(i => marks[i])];
        float[] known = (float[])_values.Clone();
        foreach (int i in _free)
            known[i] = space.Columns?[i].Low is { } low && float.IsFinite(low) ? low : float.IsFinite(space.Low) ? space.Low : 0;
        if (space.FirstOutside(known) is int bad and >= 0)
        {
            throw new InvalidInputException(string.Create(CultureInfo.InvariantCulture,
                $"{ClampedNames.Of(inner, bad)} is clamped to {_values[bad]}, outside its domain: the states are {space}."));
        }
        Space = Part(space, _free);
        BlockRows = inner.BlockRows;
        if (inner is CorrelatedGaussianEnergy gaussian)
        {
            _conditional = gaussian.Given(values, isFree);
            LogPartition = _conditional.LogPartition - Lowest(gaussian, _conditional);
        }
        _workspaces = new WorkspacePool<Workspace>(64, () => new Workspace(BlockRows, space.Width));
    }

    /// <summary>The energy of whole states.</summary>
    public Energy Inner => _inner;

    /// <summary>Whether to dispose this energy is to dispose <see cref="Inner"/>.</summary>
    public bool OwnsInner { get; init; }

    /// <summary>The indices of the free numbers in the whole state, in order.</summary>
    public IReadOnlyList<int> Free => _free;

    /// <summary>A whole state; the numbers that are not free count.</summary>
    public ReadOnlySpan<float> Values => _values;

    /// <inheritdoc/>
    public override StateSpace Space { get; }

    /// <inheritdoc/>
    public override int BlockRows { get; }

    /// <inheritdoc/>
    public override int LeastRows => Math.Min(BlockRows, _inner.LeastRows);

    /// <summary>
    /// ln ∫ exp(−E) over the free numbers, in nats, where the whole energy is a <see cref="CorrelatedGaussianEnergy"/>; else null.
    /// </summary>
    public double? LogPartition { get; }

    /// <inheritdoc/>
    public double? Mean(int number)
    {
        CheckNumber(number);
        return _conditional?.Moment(number, 1);
    }

    /// <inheritdoc/>
    public double? Covariance(int number, int other)
    {
        CheckNumber(number);
        CheckNumber(other);
        return _conditional?.Covariance(number, other);
    }

    /// <summary>The name that the number has in the whole state.</summary>
    public string ParameterName(int number)
    {
        CheckNumber(number);
        return ClampedNames.Of(_inner, _free[number]);
    }

    /// <summary>Writes the whole state of free numbers: the clamped ones come bit for bit.</summary>
    /// <param name="free">The free numbers, in their order.</param>
    /// <param name="state">Receives the whole state.</param>
    /// <exception cref="InvalidInputException">The lengths do not fit.</exception>
    public void Expand(ReadOnlySpan<float> free, Span<float> state)
    {
        if (free.Length != _free.Length || state.Length != _values.Length)
        {
            throw new InvalidInputException($"{_free.Length} free numbers become a state of {_values.Length}; it was given "
                + $"{free.Length} and room for {state.Length}.");
        }
        _values.CopyTo(state);
        for (int i = 0; i < free.Length; i++)
            state[_free[i]] = free[i];
    }

    /// <inheritdoc/>
    public override void Evaluate(Rows states, Rows energies)
    {
        Check(states, energies);
        Run(states, energies, default, false);
    }

    /// <inheritdoc/>
    public void Gradient(Rows states, Rows energies, Rows gradient)
    {
        Check(states, energies, gradient);
        Run(states, energies, gradient, true);
    }

    /// <summary>Frees memory, and the whole energy where this one owns it.</summary>
    public void Dispose()
    {
        _workspaces.Dispose();
        if (OwnsInner)
            (_inner as IDisposable)?.Dispose();
    }

    private static StateSpace Part(StateSpace space, int[] free)
    {
        Shape shape = Shape.Vector(free.Length);
        return space.Domain switch
        {
            Domain.Real => StateSpace.Real(shape),
            Domain.Box => StateSpace.Box(shape, space.Low, space.High),
            Domain.Mixed => StateSpace.Mixed([.. free.Select(i => space.Columns![i])]),
            Domain.Binary => StateSpace.Binary(shape),
            Domain.Spins => StateSpace.Spins(shape),
            _ => StateSpace.Categorical(shape, (int)space.High + 1),
        };
    }

    // The energy of the most likely state that has the clamped numbers.
    private double Lowest(CorrelatedGaussianEnergy gaussian, CorrelatedGaussianEnergy conditional)
    {
        double[] state = [.. _values.Select(v => (double)v)];
        for (int i = 0; i < _free.Length; i++)
            state[_free[i]] = conditional.Moment(i, 1);
        return gaussian.Value(state, []);
    }

    private void Run(Rows states, Rows energies, Rows gradient, bool wantsGradient)
    {
        Workspace workspace = _workspaces.Rent(out int place);
        for (int start = 0; start < states.Count; start += BlockRows)
        {
            int count = Math.Min(BlockRows, states.Count - start);
            Rows whole = workspace.States(count), slopes = workspace.Gradient(count), values = energies.Slice(start, count);
            for (int r = 0; r < count; r++)
                Expand(states[start + r], whole[r]);
            if (wantsGradient)
                ((IDifferentiable)_inner).Gradient(whole, values, slopes);
            else
                _inner.Evaluate(whole, values);
            for (int r = 0; wantsGradient && r < count; r++)
            {
                Span<float> target = gradient[start + r];
                for (int i = 0; i < target.Length; i++)
                    target[i] = slopes[r][_free[i]];
            }
        }
        _workspaces.Return(workspace, place);
    }

    private sealed class Workspace(int rows, int width) : IDisposable
    {
        private readonly DeviceBuffer _memory = DeviceBuffer.OnHost(2L * rows * width);

        public Rows States(int count) => new(_memory, 0, count, width);

        public Rows Gradient(int count) => new(_memory, rows * width, count, width);

        public void Dispose() => _memory.Dispose();
    }
}
