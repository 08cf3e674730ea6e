using Joule.Compute;
using Joule.States;

namespace Joule.Networks;

/// <summary>
/// A network from a state to one number (an energy) or several, with its parameters. Passes and gradients use the parameters of the last
/// <see cref="Commit"/>; between commits, any number of threads may use it.
/// </summary>
public sealed class Network : IDisposable
{
    private readonly DeviceBuffer _parameters;
    private readonly WorkspacePool<GradientWorkspace> _workspaces;

    /// <summary>Compiles a network for the shape of its states. Its parameters are zero.</summary>
    /// <param name="device">The device.</param>
    /// <param name="input">The shape of a state.</param>
    /// <param name="layers">The layers, from state to energy.</param>
    /// <exception cref="InvalidInputException">A layer does not fit, or there is none.</exception>
    public Network(Device device, Shape input, IReadOnlyList<Layer> layers) : this(device, input, layers, PlanBuilder.MostParameters)
    {
    }

    /// <summary>Compiles a network of limited size; a larger one is refused before it allocates memory.</summary>
    internal Network(Device device, Shape input, IReadOnlyList<Layer> layers, long mostParameters, long beyond = 0)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(layers);
        Device = device;
        Layers = layers;
        Plan = new NetworkPlan(input, layers, mostParameters);
        _parameters = device.Allocate(Plan.ParameterLength + beyond);
        _workspaces = new WorkspacePool<GradientWorkspace>(2 * device.Lanes, () => new GradientWorkspace(this));
        // The zeroed memory is already the packed form of zero parameters.
        CommitProgram = new PackProgram(this);
    }

    /// <summary>The device.</summary>
    public Device Device { get; }

    /// <summary>The layers.</summary>
    public IReadOnlyList<Layer> Layers { get; }

    /// <summary>The compiled plan.</summary>
    public NetworkPlan Plan { get; }

    /// <summary>All parameters, concatenated. Call <see cref="Commit"/> after changing them.</summary>
    public Rows Parameters => _parameters.AsRows(1, Plan.ParameterLength);

    /// <summary>Memory of the energy behind the parameters, so that a model file finds both in one block.</summary>
    internal Rows Beyond => new(_parameters, Plan.ParameterLength, 1, _parameters.Length - Plan.ParameterLength);

    /// <summary>Draws the parameters: each is a function of the seed and of its index alone.</summary>
    public void Initialize(ulong seed, Initialization initialization = Initialization.FanIn)
    {
        for (int p = 0; p < Plan.Parameters.Count; p++)
        {
            Parameter parameter = Plan.Parameters[p];
            RandomStream stream = new(seed, RandomPurpose.Weights, (ulong)p);
            float[] values = new float[parameter.Length];
            float bound = initialization == Initialization.Glorot
                ? MathF.Sqrt(6f / (parameter.FanIn + parameter.FanOut)) : 1 / MathF.Sqrt(parameter.FanIn);
            if (parameter.IsBias && initialization != Initialization.FanIn)
                values.AsSpan().Clear();
            else if (initialization == Initialization.He)
                stream.FillNormal(values, 0, 0, MathF.Sqrt(2f / parameter.FanIn));
            else
                stream.FillUniform(values, 0, -bound, bound);
            Write(parameter, values);
        }
        Commit();
    }

    /// <summary>Downloads one parameter.</summary>
    public float[] Read(Parameter parameter)
    {
        ArgumentNullException.ThrowIfNull(parameter);
        float[] values = new float[parameter.Length];
        Device.Download(View(parameter), values);
        return values;
    }

    /// <summary>Uploads one parameter. Call <see cref="Commit"/> afterwards.</summary>
    /// <param name="parameter">The parameter.</param>
    /// <param name="values">Its floats.</param>
    /// <exception cref="ArgumentException">The number of floats is wrong.</exception>
    public void Write(Parameter parameter, ReadOnlySpan<float> values)
    {
        ArgumentNullException.ThrowIfNull(parameter);
        if (values.Length != parameter.Length)
            throw new ArgumentException($"The parameter {parameter.Name} has {parameter.Length} floats; it was given {values.Length}.");
        Device.Upload(values, View(parameter));
    }

    /// <summary>Makes changed parameters take effect by packing them for the kernels. Nothing else may use the network meanwhile.</summary>
    public void Commit() => Device.Launch(CommitProgram);

    /// <summary>The program of <see cref="Commit"/>.</summary>
    public DeviceProgram CommitProgram { get; }

    /// <summary>Computes the network's outputs for each row on the calling thread.</summary>
    /// <param name="states">n rows.</param>
    /// <param name="values">Receives the outputs: at least n rows of width <see cref="NetworkPlan.OutputWidth"/>.</param>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public void Evaluate(Rows states, Rows values) => Gradient(states, values, default);

    /// <summary>
    /// Computes the network's outputs and the gradient of their sum with respect to the row, for each row, on the calling thread.
    /// </summary>
    /// <param name="states">n rows.</param>
    /// <param name="values">Receives the outputs: at least n rows of width <see cref="NetworkPlan.OutputWidth"/>.</param>
    /// <param name="gradient">Receives n rows; none: no gradient is computed.</param>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public void Gradient(Rows states, Rows values, Rows gradient) => Gradient(states, values, gradient, null);

    /// <summary>
    /// Computes the network's outputs and the gradient of their weighted sum with respect to the row, for each row, on the calling thread.
    /// </summary>
    /// <param name="states">n rows.</param>
    /// <param name="values">Receives the outputs: at least n rows of width <see cref="NetworkPlan.OutputWidth"/>.</param>
    /// <param name="gradient">Receives n rows; none: no gradient is computed.</param>
    /// <param name="weigh">Gives the weights; null: all are 1.</param>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    internal void Gradient(Rows states, Rows values, Rows gradient, OutputWeights? weigh)
    {
        if (states.Width != Plan.Input.Length || values.Count < states.Count || (values.Width != Plan.OutputWidth && states.Count > 0))
        {
            throw new ArgumentException($"The network takes rows of {Plan.Input.Length} floats and gives {Plan.OutputWidth} for each; "
                + $"it was given {states.Count} rows of {states.Width} and room for {values.Count} values of {values.Width} floats.");
        }
        if (gradient.Count != 0 && (gradient.Count != states.Count || gradient.Width != states.Width))
        {
            throw new ArgumentException($"The gradient of {states.Count} rows of {states.Width} floats has the same shape; "
                + $"it was given {gradient.Count} of {gradient.Width}.");
        }
        GradientWorkspace workspace = _workspaces.Rent(out int place);
        try
        {
            workspace.Run(states, values, gradient, weigh);
        }
        finally
        {
            _workspaces.Return(workspace, place);
        }
    }

    /// <summary>Allocates a training pass over up to <paramref name="rows"/> rows.</summary>
    public NetworkPass CreatePass(int rows) => new(this, rows);

    /// <summary>Allocates a pass over up to <paramref name="rows"/> rows that also differentiates along directions.</summary>
    /// <param name="rows">Largest number of rows.</param>
    /// <param name="order">The highest derivative: 1 or 2.</param>
    /// <exception cref="InvalidInputException">A layer has no derivatives along directions, or the pass needs too much memory.</exception>
    public DirectionalPass CreatePass(int rows, int order) => new(this, rows, order);

    /// <summary>Makes something that owns the network; if it cannot be made, the network is disposed.</summary>
    internal T Give<T>(Func<Network, T> make)
    {
        try
        {
            return make(this);
        }
        catch (InvalidInputException)
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Frees parameters, packed weights and workspaces.</summary>
    public void Dispose()
    {
        _workspaces.Dispose();
        foreach (Operation operation in Plan.Operations)
            operation.Dispose();
        _parameters.Dispose();
    }

    private Rows View(Parameter parameter) => new(_parameters, parameter.Offset, 1, parameter.Length);

    private sealed class PackProgram(Network network) : DeviceProgram, ICommitLaunch
    {
        Network ICommitLaunch.Network => network;

        public override string Name => "the packing of a network's parameters";

        public override int Count => network.Plan.PackTasks;

        protected override void Run(int start, int count, int lane)
        {
            int task = start, o = 0;
            for (; task >= network.Plan.Operations[o].PackTasks; o++)
                task -= network.Plan.Operations[o].PackTasks;
            network.Plan.Operations[o].Pack(network.Parameters, task);
        }
    }
}
