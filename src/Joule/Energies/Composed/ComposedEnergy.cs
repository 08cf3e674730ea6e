using Joule.Compute;
using Joule.States;

namespace Joule.Energies;

/// <summary>
/// An energy made of others over the same states: E(x) = f(E₁(x), …, Eₘ(x)), with ∇ₓE = Σₖ (∂f/∂Eₖ)·∇ₓEₖ. Every part needs a gradient.
/// </summary>
public abstract class ComposedEnergy : Energy, IDifferentiable, IDisposable
{
    private readonly Energy[] _parts;
    private readonly WorkspacePool<PartsWorkspace> _workspaces;

    /// <summary>Takes the parts.</summary>
    /// <param name="parts">The energies, at least one, all on the same states and all with gradients.</param>
    /// <exception cref="InvalidInputException">There is no part, parts have different states, or one has no gradient.</exception>
    private protected ComposedEnergy(IReadOnlyList<Energy> parts)
    {
        ArgumentNullException.ThrowIfNull(parts);
        if (parts.Count == 0)
            throw new InvalidInputException($"{GetType().Name} was given no energy; it needs at least one.");
        if (parts.FirstOrDefault(p => p.Space != parts[0].Space) is { } other)
        {
            throw new InvalidInputException($"{GetType().Name} needs energies on the same states; it was given one on "
                + $"{parts[0].Space} and one on {other.Space}.");
        }
        foreach (Energy part in parts)
            part.Require<IDifferentiable>(GetType().Name);
        _parts = [.. parts];
        BlockRows = Math.Max(1, parts.Min(p => p.BlockRows));
        _workspaces = new WorkspacePool<PartsWorkspace>(64, () => new PartsWorkspace(BlockRows, _parts.Length, Space.Width));
    }

    /// <inheritdoc/>
    public sealed override StateSpace Space => _parts[0].Space;

    /// <inheritdoc/>
    public sealed override int BlockRows { get; }

    /// <summary>The energies that it is made of.</summary>
    public IReadOnlyList<Energy> Parts => _parts;

    /// <summary>Whether to dispose this energy is to dispose its parts.</summary>
    public bool OwnsParts { get; init; }

    /// <inheritdoc/>
    public sealed override void Evaluate(Rows states, Rows energies)
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

    /// <summary>The name that the first part has for a number of the state.</summary>
    /// <inheritdoc cref="IKnown.ParameterName"/>
    public string ParameterName(int number)
    {
        CheckNumber(number);
        return (_parts[0] as IKnown)?.ParameterName(number) ?? $"x{number}";
    }

    /// <summary>Frees memory, and the parts where it owns them.</summary>
    public void Dispose()
    {
        _workspaces.Dispose();
        foreach (Energy part in OwnsParts ? _parts : [])
            (part as IDisposable)?.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>f and its slopes at one state.</summary>
    /// <param name="energies">E₁ … Eₘ, in nats.</param>
    /// <param name="slopes">Receives ∂f/∂Eₖ.</param>
    protected abstract double Combine(ReadOnlySpan<float> energies, Span<double> slopes);

    private void Run(Rows states, Rows energies, Rows gradient, bool wantsGradient)
    {
        PartsWorkspace workspace = _workspaces.Rent(out int place);
        for (int start = 0; start < states.Count; start += BlockRows)
        {
            int count = Math.Min(BlockRows, states.Count - start);
            workspace.Evaluate(_parts, states.Slice(start, count), wantsGradient);
            for (int r = 0; r < count; r++)
            {
                energies[start + r][0] = (float)Combine(workspace.Energies(r), workspace.Slopes);
                if (wantsGradient)
                    workspace.Join(r, gradient[start + r]);
            }
        }
        _workspaces.Return(workspace, place);
    }
}
