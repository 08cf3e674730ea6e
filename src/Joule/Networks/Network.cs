using Joule.Compute;
using Joule.States;

namespace Joule.Networks;

/// <summary>
/// A network from a state to one number, with its parameters. Passes and gradients read the parameters as they were at the last <see cref="Commit()"/>;
/// until the next one, any number of threads may use it.
/// </summary>
public sealed class Network : IDisposable
{
    private readonly DeviceBuffer _parameters;
    private readonly GradientWorkspace?[] _workspaces;

    /// <summary>Compiles a network for the shape of its states. Its parameters are zero.</summary>
    /// <param name="device">Where it runs.</param>
    /// <param name="input">The shape of a state.</param>
    /// <param name="layers">Its layers, from state to energy.</param>
    /// <exception cref="InvalidInputException">A layer does not fit, or the last one does not give one number.</exception>
    public Network(Device device, Shape input, IReadOnlyList<Layer> layers) : this(device, input, layers, PlanBuilder.MostParameters)
    {
    }

    /// <summary>Compiles a network of limited size: no memory is taken for a larger one.</summary>
    internal Network(Device device, Shape input, IReadOnlyList<Layer> layers, long mostParameters)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(layers);
        Device = device;
        Layers = layers;
        Plan = new NetworkPlan(device, input, layers, mostParameters);
        _parameters = device.Allocate(Plan.ParameterLength);
        _workspaces = new GradientWorkspace?[2 * device.Lanes];
        Commit();
    }

    /// <summary>Where it runs.</summary>
    public Device Device { get; }

    /// <summary>Its layers.</summary>
    public IReadOnlyList<Layer> Layers { get; }

    /// <summary>What it was compiled into.</summary>
    public NetworkPlan Plan { get; }

    /// <summary>All parameters, one after the other. Call <see cref="Commit()"/> after changing them.</summary>
    public Rows Parameters => _parameters.AsRows(1, Plan.ParameterLength);

    /// <summary>Draws the parameters: parameter p is a function of the seed and of p alone.</summary>
    public void Initialize(ulong seed, Initialization initialization = Initialization.FanIn)
    {
        for (int p = 0; p < Plan.Parameters.Count; p++)
        {
            Parameter parameter = Plan.Parameters[p];
            RandomStream stream = new(seed, RandomPurpose.Weights, (ulong)p);
            Span<float> values = Values(parameter);
            float bound = initialization == Initialization.Glorot
                ? MathF.Sqrt(6f / (parameter.FanIn + parameter.FanOut)) : 1 / MathF.Sqrt(parameter.FanIn);
            if (parameter.IsBias && initialization != Initialization.FanIn)
                values.Clear();
            else if (initialization == Initialization.He)
                stream.FillNormal(values, 0, 0, MathF.Sqrt(2f / parameter.FanIn));
            else
                stream.FillUniform(values, 0, -bound, bound);
        }
        Commit();
    }

    /// <summary>The floats of one parameter. Call <see cref="Commit()"/> after changing them.</summary>
    public Span<float> Values(Parameter parameter)
    {
        ArgumentNullException.ThrowIfNull(parameter);
        return _parameters.Span.Slice(parameter.Offset, parameter.Length);
    }

    /// <summary>Makes changed parameters take effect: packs them for the kernels. Nothing else may use the network meanwhile.</summary>
    public void Commit()
    {
        for (int task = 0; task < CommitTasks; task++)
            Commit(task);
    }

    /// <summary>How many independent parts a <see cref="Commit()"/> has.</summary>
    public int CommitTasks => Plan.PackTasks;

    /// <summary>Does one part of a <see cref="Commit()"/>; the parts may run at once, and all are needed.</summary>
    public void Commit(int task)
    {
        for (int o = 0; o < Plan.Operations.Count; o++)
        {
            Operation operation = Plan.Operations[o];
            if (task < operation.PackTasks)
            {
                operation.Pack(Parameters, task);
                return;
            }
            task -= operation.PackTasks;
        }
        throw new ArgumentOutOfRangeException(nameof(task));
    }

    /// <summary>The network's value for every row, computed by the calling thread.</summary>
    /// <param name="states">n rows.</param>
    /// <param name="values">Receives n values: at least n rows of width 1.</param>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public void Evaluate(Rows states, Rows values) => Gradient(states, values, default);

    /// <summary>The network's value for every row and its gradient with respect to the row, computed by the calling thread.</summary>
    /// <param name="states">n rows.</param>
    /// <param name="values">Receives n values: at least n rows of width 1.</param>
    /// <param name="gradient">n rows, or none where the gradient is not asked for.</param>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public void Gradient(Rows states, Rows values, Rows gradient)
    {
        if (states.Width != Plan.Input.Length || values.Count < states.Count || (values.Width != 1 && states.Count > 0))
        {
            throw new ArgumentException($"The network takes rows of {Plan.Input.Length} floats and gives as many values; it was given {states.Count} rows of "
                + $"{states.Width} and room for {values.Count} values of {values.Width} floats.");
        }
        if (gradient.Count != 0 && (gradient.Count != states.Count || gradient.Width != states.Width))
            throw new ArgumentException($"The gradient of {states.Count} rows of {states.Width} floats has the same shape; it was given {gradient.Count} of {gradient.Width}.");
        GradientWorkspace workspace = Rent(out int slot);
        try
        {
            workspace.Run(states, values, gradient);
        }
        finally
        {
            Return(workspace, slot);
        }
    }

    /// <summary>Memory for training on up to <paramref name="rows"/> rows at a time.</summary>
    public NetworkPass CreatePass(int rows) => new(this, rows);

    /// <summary>Frees parameters, packed weights and workspaces.</summary>
    public void Dispose()
    {
        foreach (GradientWorkspace? workspace in _workspaces)
            workspace?.Dispose();
        foreach (Operation operation in Plan.Operations)
            operation.Dispose();
        _parameters.Dispose();
    }

    private GradientWorkspace Rent(out int slot)
    {
        int start = Environment.CurrentManagedThreadId;
        for (int i = 0; i < _workspaces.Length; i++)
        {
            slot = (start + i) % _workspaces.Length;
            if (Interlocked.Exchange(ref _workspaces[slot], null) is { } workspace)
                return workspace;
        }
        slot = start % _workspaces.Length;
        return new GradientWorkspace(this);
    }

    private void Return(GradientWorkspace workspace, int slot)
    {
        for (int i = 0; i < _workspaces.Length; i++)
        {
            if (Interlocked.CompareExchange(ref _workspaces[(slot + i) % _workspaces.Length], workspace, null) is null)
                return;
        }
        workspace.Dispose();
    }
}
