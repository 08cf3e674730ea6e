using Joule.Compute;
using Joule.States;

namespace Joule.Energies;

/// <summary>A built-in energy as the base of a path: one that draws exact states and knows its ln Z.</summary>
internal sealed class EnergyBase : PathBase, IDisposable
{
    private readonly Energy _energy;
    private readonly ISamplable _draws;
    private readonly IDifferentiable _slopes;
    private readonly WorkspacePool<Workspace> _workspaces;

    private EnergyBase(Energy energy, ISamplable draws, IDifferentiable slopes, double logPartition)
    {
        (_energy, _draws, _slopes, LogPartition) = (energy, draws, slopes, logPartition);
        _workspaces = new WorkspacePool<Workspace>(64, () => new Workspace(energy.BlockRows, energy.Space.Width));
    }

    /// <inheritdoc/>
    public override double LogPartition { get; }

    /// <summary>Makes the base.</summary>
    /// <param name="options">The options of the energy.</param>
    /// <param name="space">The states of the path.</param>
    /// <exception cref="InvalidInputException">The energy cannot be a base, or has other states.</exception>
    public static EnergyBase Of(EnergyOptions options, StateSpace space)
    {
        string name = Catalogue.NameOf(options.GetType()) ?? options.GetType().Name;
        if ((options as KnownEnergyOptions)?.Create() is not { } energy
            || energy is not ISamplable draws || energy is not IDifferentiable slopes || (energy as IKnown)?.LogPartition is not { } log)
        {
            throw new InvalidInputException($"The energy \"{name}\" cannot be a base: a base needs exact states, a known ln Z and a "
                + "gradient. Use gaussian or gaussian_mixture, or no base.");
        }
        if (energy.Space.Width != space.Width || energy.Space.Low != space.Low || energy.Space.High != space.High)
        {
            throw new InvalidInputException($"The base \"{name}\" is defined on {energy.Space}, and the energy on {space}; a base needs "
                + "states of the same width and walls.");
        }
        return new EnergyBase(energy, draws, slopes, log);
    }

    /// <inheritdoc/>
    public override void Sample(in RandomStream draws, uint chain, Span<float> state) => _draws.Sample(draws, chain, state);

    /// <inheritdoc/>
    public override void Evaluate(Rows states, Span<double> energies)
    {
        Workspace workspace = _workspaces.Rent(out int place);
        for (int start = 0; start < states.Count; start += _energy.BlockRows)
        {
            int count = Math.Min(_energy.BlockRows, states.Count - start);
            Rows values = workspace.Energies(count);
            _energy.Evaluate(states.Slice(start, count), values);
            for (int i = 0; i < count; i++)
                energies[start + i] = values.Span[i];
        }
        _workspaces.Return(workspace, place);
    }

    /// <inheritdoc/>
    public override void Blend(Rows states, double keep, double own, Rows energies, Rows gradient)
    {
        Workspace workspace = _workspaces.Rent(out int place);
        for (int start = 0; start < states.Count; start += _energy.BlockRows)
        {
            int count = Math.Min(_energy.BlockRows, states.Count - start);
            Rows some = states.Slice(start, count), values = workspace.Energies(count), slopes = workspace.Gradient(count);
            if (gradient.Count == 0)
                _energy.Evaluate(some, values);
            else
                _slopes.Gradient(some, values, slopes);
            Span<float> sums = energies.Slice(start, count).Span;
            for (int i = 0; i < count; i++)
                sums[i] = (float)(keep * sums[i] + own * values.Span[i]);
            if (gradient.Count == 0)
                continue;
            Rows ways = gradient.Slice(start, count);
            Kernels.Scale(ways, (float)keep, ways, accumulate: false);
            Kernels.Scale(slopes, (float)own, ways, accumulate: true);
        }
        _workspaces.Return(workspace, place);
    }

    /// <summary>Frees memory. A sampler, which is not disposed, leaves that to the buffers themselves.</summary>
    public void Dispose() => _workspaces.Dispose();

    private sealed class Workspace(int rows, int width) : IDisposable
    {
        private readonly DeviceBuffer _memory = DeviceBuffer.OnHost((long)rows * (width + 1));

        public Rows Energies(int count) => new(_memory, 0, count, 1);

        public Rows Gradient(int count) => new(_memory, rows, count, width);

        public void Dispose() => _memory.Dispose();
    }
}
