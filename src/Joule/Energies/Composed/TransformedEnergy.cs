using System.Runtime.CompilerServices;
using Joule.Compute;
using Joule.States;

namespace Joule.Energies;

/// <summary>
/// The energy F(y) = E(x(y)) − T·ln|dx/dy| of unconstrained numbers y, where x(y) maps each to its part of the domain: a logistic curve
/// between two walls, an exponential at a single wall, the identity without walls. So if y has the density exp(−F(y)/T), x has exp(−E(x)/T)
/// (as in the Stan Reference Manual, "Constraint transforms").
/// </summary>
/// <remarks>
/// x is never on a wall: where float32 would round it there, it is the next number inside. y(x) of a state on or beyond a wall is that of
/// a point inside, at 2⁻²³ of the distance between the walls; with a single wall w, at 2⁻²³·max(1, |w|).
/// </remarks>
public sealed class TransformedEnergy : Energy, IDifferentiable
{
    // One pool an energy: warm-ups make a sampler with its transformed energy for every step.
    private static readonly ConditionalWeakTable<Energy, WorkspacePool<Workspace>> s_pools = [];

    private readonly Energy _inner;
    private readonly IDifferentiable _slopes;
    private readonly WallTransform _walls;
    private readonly WorkspacePool<Workspace> _workspaces;
    private readonly float _temperature;

    /// <summary>Creates the energy.</summary>
    /// <param name="inner">E, with a gradient, on numbers that are real or in a box, each with its own walls.</param>
    /// <param name="temperature">T, above 0 and finite.</param>
    /// <exception cref="InvalidInputException">The temperature is out of range, the energy has no gradient, or a number is
    /// discrete.</exception>
    public TransformedEnergy(Energy inner, double temperature = 1)
    {
        ArgumentNullException.ThrowIfNull(inner);
        if (!(temperature > 0 && double.IsFinite(temperature)))
            throw new InvalidInputException($"The temperature of a transformed energy is {temperature}; it must be above 0 and finite.");
        _slopes = inner.Require<IDifferentiable>("A transform of walls");
        _walls = new WallTransform(inner.Space);
        (_inner, _temperature) = (inner, (float)temperature);
        Space = StateSpace.Real(inner.Space.Shape);
        _workspaces = s_pools.GetValue(inner, energy => new WorkspacePool<Workspace>(64, () => new Workspace(energy)));
    }

    /// <summary>Real numbers without walls, in the shape of E's states.</summary>
    public override StateSpace Space { get; }

    /// <inheritdoc/>
    public override int BlockRows => _inner.BlockRows;

    /// <summary>x(y) of states, in host memory or within a launch.</summary>
    /// <param name="unconstrained">n rows of y.</param>
    /// <param name="states">Receives n rows of x.</param>
    /// <exception cref="InvalidInputException">The rows do not fit.</exception>
    public void ToStates(Rows unconstrained, Rows states)
    {
        Check(unconstrained);
        Check(states);
        for (int i = 0; i < unconstrained.Count; i++)
            _walls.ToState(unconstrained[i], states[i]);
    }

    /// <summary>y(x) of states, in host memory or within a launch. NaN stays NaN.</summary>
    /// <param name="states">n rows of x.</param>
    /// <param name="unconstrained">Receives n rows of y.</param>
    /// <exception cref="InvalidInputException">The rows do not fit.</exception>
    public void FromStates(Rows states, Rows unconstrained)
    {
        Check(states);
        Check(unconstrained);
        for (int i = 0; i < states.Count; i++)
            _walls.ToUnconstrained(states[i], unconstrained[i]);
    }

    /// <summary>ln|dx/dy| of one state.</summary>
    /// <param name="unconstrained">y.</param>
    public double LogJacobian(ReadOnlySpan<float> unconstrained)
    {
        if (unconstrained.Length != Space.Width)
            throw new InvalidInputException($"A state has {Space.Width} numbers; it was given {unconstrained.Length}.");
        return _walls.LogJacobian(unconstrained, [], 0);
    }

    /// <inheritdoc/>
    public override void Evaluate(Rows states, Rows energies)
    {
        Check(states, energies);
        Run(states, energies, null);
    }

    /// <inheritdoc/>
    public void Gradient(Rows states, Rows energies, Rows gradient)
    {
        Check(states, energies, gradient);
        Run(states, energies, gradient);
    }

    private void Run(Rows states, Rows energies, Rows? gradient)
    {
        Workspace workspace = _workspaces.Rent(out int place);
        for (int start = 0; start < states.Count; start += BlockRows)
        {
            int count = Math.Min(BlockRows, states.Count - start);
            Rows some = states.Slice(start, count), x = workspace.States(count), values = energies.Slice(start, count);
            ToStates(some, x);
            if (gradient is { } all)
                _slopes.Gradient(x, values, all.Slice(start, count));
            else
                _inner.Evaluate(x, values);
            Span<float> numbers = values.Span;
            for (int i = 0; i < count; i++)
            {
                Span<float> slopes = gradient is { } rows ? rows[start + i] : [];
                numbers[i] = (float)(numbers[i] - _temperature * _walls.LogJacobian(some[i], slopes, _temperature));
            }
        }
        _workspaces.Return(workspace, place);
    }

    private sealed class Workspace(Energy energy) : IDisposable
    {
        private readonly DeviceBuffer _memory = DeviceBuffer.OnHost((long)energy.BlockRows * energy.Space.Width);
        private readonly int _width = energy.Space.Width;

        public Rows States(int count) => new(_memory, 0, count, _width);

        public void Dispose() => _memory.Dispose();
    }
}
