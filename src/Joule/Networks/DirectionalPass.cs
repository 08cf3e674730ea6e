using System.Runtime.InteropServices;
using Joule.Compute;

namespace Joule.Networks;

/// <summary>
/// A training pass with derivatives along one direction v per row: those of f(x + εv) at ε = 0, ⟨v, ∇f⟩ and vᵀ∇²f v, with their exact
/// gradients with respect to the parameters. The Taylor coefficients of every value along the path pass through the network as further
/// rows: linear maps act on each order alone, pointwise functions and products mix them. It runs on all the device's workers and allocates
/// nothing. f″ of ReLU and leaky ReLU is taken to be 0 at their kink, as it is elsewhere, so a network of these alone has no curvature to
/// train; that of ELU at 0 is the one from the left, its parameter.
/// </summary>
public sealed class DirectionalPass : IDisposable
{
    private readonly Network _network;
    private readonly NetworkPlan _plan;
    private readonly TaylorTape? _tape; // null on a device that does not run bodies, as all that only bodies need
    private readonly DeviceBuffer[] _scratch = [];
    private readonly DeviceBuffer _derivatives;
    private readonly DeviceBuffer _weights;
    private readonly DirectionalGradient? _gradient;
    private readonly DeviceBuffer? _ownGradient;
    private readonly ForwardWork _values, _forwardAlong, _forwardGradient;
    private readonly ReverseWork _reverseValues, _reverseAlong, _reverseGradient;
    private readonly List<DeviceProgram> _launch = [];
    private Rows _states, _directions, _stateGradient;
    private Use _use;
    private int _rows;

    internal DirectionalPass(Network network, int capacity, int order)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(order, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(order, 2);
        _network = network;
        _plan = network.Plan;
        foreach (Operation operation in _plan.Operations)
        {
            if (!operation.HasDirections)
            {
                throw new InvalidInputException($"The network's {operation.GetType().Name} has no derivatives along directions. "
                    + "Train the network by an objective of energies alone, such as contrastive_divergence or noise_contrastive.");
            }
        }
        (Capacity, Order) = (capacity, order);
        if (network.Device.RunsBodies)
        {
            _tape = new TaylorTape(_plan, network.Device, capacity, order);
            _scratch = new DeviceBuffer[network.Device.Lanes];
            for (int i = 0; i < _scratch.Length; i++)
                _scratch[i] = network.Device.Allocate(_plan.ScratchLength);
        }
        _derivatives = network.Device.Allocate((long)capacity * (order + 1));
        _weights = network.Device.Allocate((long)capacity * (order + 1));
        if (_tape is not null)
            _gradient = new DirectionalGradient(network, _tape, _scratch);
        else
            _ownGradient = network.Device.Allocate(_plan.ParameterLength);
        (_values, _reverseValues) = (new ValuesForward(this), new ValuesReverse(this));
        (_forwardAlong, _reverseAlong) = (new ForwardWork(this), new ReverseWork(this));
        (_forwardGradient, _reverseGradient) = (new GradientForward(this), new GradientReverse(this));
    }

    private enum Use
    {
        None,
        Values,
        Along,
        Gradient,
    }

    /// <summary>Largest number of rows.</summary>
    public int Capacity { get; }

    /// <summary>The highest derivative: 1 or 2.</summary>
    public int Order { get; }

    /// <summary>Cancels a call between blocks of rows, before anything is added to the gradient.</summary>
    public CancellationToken Cancellation { get; set; }

    /// <summary>The gradient with respect to all parameters, to which the reverse calls add.</summary>
    public Rows ParameterGradient => _gradient?.Total ?? _ownGradient!.AsRows(1, _plan.ParameterLength);

    /// <inheritdoc cref="NetworkPass.Forward"/>
    public Rows Forward(Rows states, params ReadOnlySpan<DeviceProgram> before)
    {
        Begin(Use.Values, states, 0);
        Launch(_values, before);
        return Values;
    }

    /// <inheritdoc cref="NetworkPass.Reverse"/>
    public void Reverse(ReadOnlySpan<float> weights, params ReadOnlySpan<DeviceProgram> beside)
    {
        Require(Use.Values, weights.Length, 1, nameof(Forward));
        Launch(weights, [], _reverseValues, beside);
    }

    /// <summary>Evaluates n rows along a direction each, and keeps what <see cref="ReverseAlong"/> needs.</summary>
    /// <param name="states">n rows, at most <see cref="Capacity"/>. They must not change until then.</param>
    /// <param name="directions">n rows of the same width. They must not change until then.</param>
    /// <param name="before">Programs that run first in the same launch, for example those that write the rows.</param>
    /// <returns>n rows of <see cref="Order"/> + 1 derivatives in device memory, from order 0, valid until the next call.</returns>
    /// <exception cref="ArgumentException">The rows do not fit.</exception>
    public Rows ForwardAlong(Rows states, Rows directions, params ReadOnlySpan<DeviceProgram> before)
    {
        CheckBeside("directions", directions, states);
        Begin(Use.Along, states, Order);
        SetDirections(directions);
        Launch(_forwardAlong, before);
        return _derivatives.AsRows(Capacity, Order + 1).Slice(0, _rows);
    }

    /// <summary>Adds Σᵢ Σₖ wᵢₖ ∇θ(k-th derivative at row i) to <see cref="ParameterGradient"/>.</summary>
    /// <param name="weights">For each row of the last <see cref="ForwardAlong"/>, <see cref="Order"/> + 1 weights.</param>
    /// <param name="beside">
    /// Programs that run in the same launch once it can no longer be cancelled. They must not touch the gradient.
    /// </param>
    /// <exception cref="ArgumentException">The number of weights is wrong.</exception>
    public void ReverseAlong(ReadOnlySpan<float> weights, params ReadOnlySpan<DeviceProgram> beside)
    {
        Require(Use.Along, weights.Length, Order + 1, nameof(ForwardAlong));
        Launch(weights, [], _reverseAlong, beside);
    }

    /// <summary>Evaluates n rows and ∇ₓf, and keeps what <see cref="ReverseGradient"/> needs.</summary>
    /// <param name="states">n rows, at most <see cref="Capacity"/>. They must not change until then.</param>
    /// <param name="gradient">Receives n rows of ∇ₓf.</param>
    /// <param name="before">Programs that run first in the same launch, for example those that write the rows.</param>
    /// <returns>The n values in device memory, n rows of width 1, valid until the next call.</returns>
    /// <exception cref="ArgumentException">The rows do not fit.</exception>
    public Rows ForwardGradient(Rows states, Rows gradient, params ReadOnlySpan<DeviceProgram> before)
    {
        CheckBeside("the gradient", gradient, states);
        Begin(Use.Gradient, states, 1);
        _stateGradient = gradient;
        if (_tape is not null)
            _tape[1].InputGradient = gradient;
        Launch(_forwardGradient, before);
        return Values;
    }

    /// <summary>
    /// Adds Σᵢ wᵢ ∇θf(xᵢ) + Σᵢ ∇θ⟨vᵢ, ∇ₓf(xᵢ)⟩ to <see cref="ParameterGradient"/>; the vᵢ are held fixed. Call it once for each
    /// <see cref="ForwardGradient"/>.
    /// </summary>
    /// <param name="weights">One weight per row of the last <see cref="ForwardGradient"/>.</param>
    /// <param name="directions">n rows. They may be written by <paramref name="before"/>.</param>
    /// <param name="before">Programs that run first in the same launch, for example those that write the directions.</param>
    /// <param name="beside">
    /// Programs that run in the same launch once it can no longer be cancelled. They must not touch the gradient.
    /// </param>
    /// <exception cref="ArgumentException">The rows do not fit.</exception>
    public void ReverseGradient(
        ReadOnlySpan<float> weights, Rows directions, ReadOnlySpan<DeviceProgram> before, ReadOnlySpan<DeviceProgram> beside)
    {
        Require(Use.Gradient, weights.Length, 1, nameof(ForwardGradient));
        CheckBeside("directions", directions, _states);
        SetDirections(directions);
        Launch(weights, before, _reverseGradient, beside);
        _use = Use.None; // the curvatures have become products
    }

    /// <summary>Frees the memory.</summary>
    public void Dispose()
    {
        _tape?.Dispose();
        _gradient?.Dispose();
        _ownGradient?.Dispose();
        _derivatives.Dispose();
        _weights.Dispose();
        foreach (DeviceBuffer buffer in _scratch)
            buffer.Dispose();
    }

    private Rows Values => _tape?[0].Value(_plan.Output, 0, _rows) ?? _derivatives.AsRows(Capacity * (Order + 1), 1).Slice(0, _rows);

    private Rows Weights => _weights.AsRows(Capacity * (Order + 1), 1).Slice(0, _rows);

    private Rows Scratch(int lane) => _scratch[lane].AsRows(1, _plan.ScratchLength);

    private void Begin(Use use, Rows states, int last)
    {
        if (states.Count > Capacity || states.Width != _plan.Input.Length)
        {
            throw new ArgumentException($"The pass takes up to {Capacity} rows of {_plan.Input.Length} floats; "
                + $"it was given {states.Count} of {states.Width}.");
        }
        (_use, _states, _rows) = (use, states, states.Count);
        if (_tape is null)
            return;
        _tape.Last = last;
        _tape[0].Input = states;
        _tape[0].Fuses = use == Use.Values;
        _tape[1].InputGradient = default;
    }

    private void SetDirections(Rows directions)
    {
        _directions = directions;
        if (_tape is not null)
            _tape[1].Input = directions;
    }

    private static void CheckBeside(string name, Rows rows, Rows states)
    {
        if (rows.Count != states.Count || rows.Width != states.Width)
        {
            throw new ArgumentException($"The pass takes {name} of the shape of the states, {states.Count} rows of {states.Width} floats; "
                + $"it was given {rows.Count} of {rows.Width}.");
        }
    }

    private void Require(Use use, int weights, int each, string forward)
    {
        if (_use != use)
            throw new InvalidOperationException($"Call {forward} first: the pass does not hold what this reverse needs.");
        if (weights != _rows * each)
            throw new ArgumentException($"The pass holds {_rows} rows, and takes {_rows * each} weights; it was given {weights}.");
    }

    private void Launch(ForwardWork forward, ReadOnlySpan<DeviceProgram> before)
    {
        if (_tape is null)
            Cancellation.ThrowIfCancellationRequested();
        _launch.Clear();
        _launch.AddRange(before);
        _launch.Add(forward);
        _network.Device.Launch(CollectionsMarshal.AsSpan(_launch));
    }

    private void Launch(
        ReadOnlySpan<float> weights, ReadOnlySpan<DeviceProgram> before, ReverseWork reverse, ReadOnlySpan<DeviceProgram> beside)
    {
        _network.Device.Upload(weights, _weights.AsRows(1, weights.Length));
        _launch.Clear();
        _launch.AddRange(before);
        _launch.Add(reverse);
        if (_gradient is null)
        {
            Cancellation.ThrowIfCancellationRequested();
            _launch.AddRange(beside);
        }
        else
        {
            _gradient.Prepare(_rows);
            _gradient.AddTo(_launch, _rows, beside);
        }
        _network.Device.Launch(CollectionsMarshal.AsSpan(_launch));
    }

    private void ForwardAll(int first, int last, int start, int count, int lane)
    {
        Rows scratch = Scratch(lane);
        for (int o = 0; o < _plan.Operations.Count; o++)
            _plan.Operations[o].Forward(_tape!, first, last, _network.Parameters, start, count, scratch);
    }

    private void ReverseAll(int first, int last, int start, int count, int lane)
    {
        Rows scratch = Scratch(lane);
        for (int o = _plan.Operations.Count - 1; o >= 0; o--)
        {
            _plan.Operations[o].Reverse(_tape!, first, last, start, count, scratch);
            if (first == 0)
                _gradient!.AddRows(_plan.Operations[o], start, count, lane);
        }
    }

    private class ForwardWork(DirectionalPass pass) : DeviceProgram
    {
        protected DirectionalPass Pass => pass;

        public override string Name => "a network's forward pass along directions";

        public override int Count => pass._rows;

        public override int BlockRows => pass._gradient?.BlockRows ?? pass._plan.BlockRows;

        protected override void Run(int start, int count, int lane)
        {
            pass.Cancellation.ThrowIfCancellationRequested();
            int output = pass._plan.Output;
            switch (pass._use)
            {
                case Use.Values:
                    Rows scratch = pass.Scratch(lane);
                    for (int o = 0; o < pass._plan.Operations.Count; o++)
                        pass._plan.Operations[o].Forward(pass._tape![0], pass._network.Parameters, start, count, scratch);
                    break;
                case Use.Along:
                    pass.ForwardAll(0, pass.Order, start, count, lane);
                    Span<float> derivatives = pass._derivatives.Span;
                    for (int k = 0, orders = pass.Order + 1; k < orders; k++)
                    {
                        Span<float> values = pass._tape![k].Value(output, start, count).Span;
                        for (int i = 0; i < count; i++)
                            derivatives[(start + i) * orders + k] = values[i];
                    }
                    break;
                default:
                    pass.ForwardAll(0, 0, start, count, lane);
                    pass._tape![1].Gradient(output, start, count).Span.Fill(1);
                    pass.ReverseAll(1, 1, start, count, lane);
                    break;
            }
        }
    }

    private class ReverseWork(DirectionalPass pass) : DeviceProgram
    {
        protected DirectionalPass Pass => pass;

        public override string Name => "a network's reverse pass along directions";

        public override int Count => pass._rows;

        public override int BlockRows => pass._gradient?.BlockRows ?? pass._plan.BlockRows;

        protected override void Run(int start, int count, int lane)
        {
            pass.Cancellation.ThrowIfCancellationRequested();
            int last = pass._use == Use.Along ? pass.Order : 0, output = pass._plan.Output;
            if (pass._use == Use.Gradient)
                pass.ForwardAll(1, 1, start, count, lane);
            ReadOnlySpan<float> weights = pass._weights.Span;
            for (int k = 0; k <= last; k++)
            {
                Rows gradient = pass._tape![k].Gradient(output, start, count);
                Span<float> numbers = gradient.Count == 0 ? [] : gradient.Span;
                for (int i = 0; i < numbers.Length; i++)
                    numbers[i] = weights[(start + i) * (last + 1) + k];
            }
            if (pass._use != Use.Values)
            {
                pass.ReverseAll(0, last, start, count, lane);
                return;
            }
            Rows scratch = pass.Scratch(lane);
            for (int o = pass._plan.Operations.Count - 1; o >= 0; o--)
            {
                pass._plan.Operations[o].Reverse(pass._tape![0], start, count, scratch);
                pass._gradient!.AddRows(pass._plan.Operations[o], start, count, lane);
            }
        }
    }

    private sealed class ValuesForward(DirectionalPass pass) : ForwardWork(pass), INetworkForwardLaunch
    {
        Network INetworkForwardLaunch.Network => Pass._network;

        Rows INetworkForwardLaunch.States => Pass._states;

        Rows INetworkForwardLaunch.Outputs => Pass.Values;
    }

    private sealed class ValuesReverse(DirectionalPass pass) : ReverseWork(pass), INetworkReverseLaunch
    {
        Network INetworkReverseLaunch.Network => Pass._network;

        Rows INetworkReverseLaunch.States => Pass._states;

        Rows INetworkReverseLaunch.Weights => Pass.Weights;

        Rows INetworkReverseLaunch.Gradient => Pass.ParameterGradient;
    }

    private sealed class GradientForward(DirectionalPass pass) : ForwardWork(pass), INetworkGradientLaunch
    {
        Network INetworkGradientLaunch.Network => Pass._network;

        Rows INetworkGradientLaunch.States => Pass._states;

        Rows INetworkGradientLaunch.Outputs => Pass.Values;

        Rows INetworkGradientLaunch.StateGradient => Pass._stateGradient;
    }

    private sealed class GradientReverse(DirectionalPass pass) : ReverseWork(pass), INetworkAlongLaunch
    {
        Network INetworkAlongLaunch.Network => Pass._network;

        Rows INetworkAlongLaunch.States => Pass._states;

        Rows INetworkAlongLaunch.Directions => Pass._directions;

        Rows INetworkAlongLaunch.Weights => Pass.Weights;

        Rows INetworkAlongLaunch.Gradient => Pass.ParameterGradient;
    }
}
