using Joule.Compute;
using Joule.Networks;
using Joule.States;

namespace Joule.Energies;

/// <summary>
/// A family of energies E(x, t) that is the output of a network. As an energy of its own it is E(x, <see cref="Time"/>), so that every
/// sampler and every objective works on it unchanged.
/// </summary>
public abstract class TimedEnergy : Energy, IDifferentiable, ITrainable, ITimed, IDisposable
{
    private readonly NetworkEnergy _extended;
    private readonly WorkspacePool<TimedWorkspace> _workspaces;

    /// <summary>Creates the energy of a network.</summary>
    /// <param name="network">A network from a state followed by its time, as a vector, to one number. The energy disposes it.</param>
    /// <param name="space">The state space.</param>
    /// <param name="time">The time of the energy itself, from 0 to 1.</param>
    /// <exception cref="InvalidInputException">The network takes other states, or the time is out of range.</exception>
    protected TimedEnergy(Network network, StateSpace space, double time)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(space);
        if (!(time is >= 0 and <= 1))
            throw new InvalidInputException($"The time of an energy is {time}; it must lie between 0 and 1.");
        _extended = new NetworkEnergy(network, ExtendedSpace(space));
        _workspaces = new WorkspacePool<TimedWorkspace>(2 * network.Device.Lanes, () => new TimedWorkspace(_extended));
        (Space, Time) = (space, time);
    }

    /// <inheritdoc/>
    public override StateSpace Space { get; }

    /// <inheritdoc/>
    public double Time { get; }

    /// <inheritdoc/>
    public Energy Extended => _extended;

    /// <inheritdoc/>
    public override int BlockRows => _extended.BlockRows;

    /// <inheritdoc/>
    public override int LeastRows => _extended.LeastRows;

    /// <inheritdoc/>
    public Device Device => _extended.Device;

    /// <inheritdoc/>
    public Rows Parameters => _extended.Parameters;

    /// <inheritdoc/>
    public IReadOnlyList<Parameter> Tensors => _extended.Tensors;

    /// <inheritdoc/>
    public DeviceProgram CommitProgram => _extended.CommitProgram;

    /// <summary>How <see cref="Initialize"/> draws the weights.</summary>
    public Initialization Initialization
    {
        get => _extended.Initialization;
        init => _extended = new NetworkEnergy(_extended.Network, _extended.Space) { Initialization = value };
    }

    /// <summary>The space of a state followed by its time.</summary>
    /// <param name="space">The space of the state.</param>
    public static StateSpace ExtendedSpace(StateSpace space)
    {
        ArgumentNullException.ThrowIfNull(space);
        ColumnDomain common = new(space.Domain, space.Low, space.High);
        return StateSpace.Mixed(
            [.. Enumerable.Range(0, space.Width).Select(i => space.Columns?[i] ?? common), new ColumnDomain(Domain.Box, 0, 1)]);
    }

    /// <inheritdoc/>
    public override void Evaluate(Rows states, Rows energies)
    {
        Check(states, energies);
        Run(states, [], energies, default);
    }

    /// <inheritdoc/>
    public void Gradient(Rows states, Rows energies, Rows gradient)
    {
        Check(states, energies, gradient);
        Run(states, [], energies, gradient);
    }

    /// <inheritdoc/>
    public void Gradient(Rows states, ReadOnlySpan<double> times, Rows energies, Rows gradient)
    {
        Check(states, energies, gradient);
        if (times.Length < states.Count)
            throw new InvalidInputException($"{states.Count} states have {states.Count} times; {times.Length} were given.");
        Run(states, times, energies, gradient);
    }

    /// <inheritdoc/>
    public void Initialize(ulong seed) => _extended.Initialize(seed);

    /// <inheritdoc/>
    public void Commit() => _extended.Commit();

    /// <inheritdoc/>
    public ITrainingPass CreatePass(int capacity) =>
        new TimedTrainingPass(_extended.CreatePass(capacity), Device, Space.Width, (float)Time);

    /// <inheritdoc/>
    public IDirectionalPass CreatePass(int capacity, int order) =>
        new TimedDirectionalPass(((ITrainable)_extended).CreatePass(capacity, order), Device, Space.Width, (float)Time);

    /// <summary>Frees the network.</summary>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Frees the network.</summary>
    protected virtual void Dispose(bool disposing)
    {
        _workspaces.Dispose();
        _extended.Dispose();
    }

    /// <summary>Evaluates states that fit; without times, at <see cref="Time"/>; without gradient rows, energies alone.</summary>
    private protected void Run(Rows states, ReadOnlySpan<double> times, Rows energies, Rows gradient)
    {
        TimedWorkspace workspace = _workspaces.Rent(out int place);
        try
        {
            workspace.Run(states, times, (float)Time, energies, gradient);
        }
        finally
        {
            _workspaces.Return(workspace, place);
        }
    }
}
