using Joule.Networks;
using Joule.States;

namespace Joule.Gpu.Plans;

/// <summary>Turns the layers of a network into the operations of a <see cref="KernelPlan"/>.</summary>
internal sealed class NetworkPlanner
{
    private readonly Network _network;
    private readonly List<PlanStep> _steps = [];
    private readonly List<(PlanValue Value, Func<int, int> Weight, int Bias)> _terms = [];
    private TangentPlanner? _tangents;
    private int _parameter;

    private NetworkPlanner(Network network) => _network = network;

    /// <summary>Plans a network that is an energy.</summary>
    /// <param name="network">The network.</param>
    /// <param name="trains">Whether the plan is for the gradient of the parameters, not for that of the states.</param>
    /// <exception cref="InvalidInputException">The GPU cannot run a layer; the message says which, and why.</exception>
    public static KernelPlan Plan(Network network, bool trains = false) => Plan(network, trains, along: false);

    /// <summary>
    /// Plans a network that is an energy for the gradient of the parameters of Σᵢ wᵢ·f(xᵢ) + uᵢ·⟨vᵢ, ∇ₓf(xᵢ)⟩, with directions vᵢ of the
    /// states. The packed weights and the sums of their gradient have the layout of the other plans.
    /// </summary>
    /// <param name="network">The network.</param>
    /// <exception cref="InvalidInputException">The GPU cannot run a layer; the message says which, and why.</exception>
    public static KernelPlan PlanAlong(Network network) => Plan(network, trains: true, along: true);

    private static KernelPlan Plan(Network network, bool trains, bool along)
    {
        ArgumentNullException.ThrowIfNull(network);
        NetworkPlanner planner = new(network);
        Shape input = network.Plan.Input;
        bool isVector = input.Height * input.Width == 1 || (input.Channels == 1 && !network.Layers.Any(NeedsImage));
        Plane plane = isVector
            ? new Plane(input.Length, 1, 1)
            : new Plane(input.Channels, input.Height, input.Width) { IsScalar = input.Channels == 1 };
        PlanValue states = new(plane) { IsHeld = true, HasOwnGradient = true };
        planner._tangents = along ? new TangentPlanner(states, planner._steps) : null;
        planner.AddTerms(network.Layers, new Shaped(states, input));
        PlanTerm[] terms = [.. planner._terms.Select(t => new PlanTerm(PlanUse.Of(t.Value), t.Weight, t.Bias))];
        if (planner._tangents is not { } tangents)
            return new KernelPlan(states, planner._steps, terms, trains);
        return new KernelPlan(states, planner._steps, [.. terms, .. terms.Select(tangents.Of)], trains, tangents.Directions);
    }

    // Whether an image of one channel must keep its rows.
    private static bool NeedsImage(Layer layer) => layer switch
    {
        ConvolutionLayer or TransposedConvolutionLayer or AveragePoolLayer => true,
        ResidualLayer residual => residual.Body.Concat(residual.Shortcut).Any(NeedsImage),
        BranchesLayer branches => branches.Paths.Any(p => p.Any(NeedsImage)),
        _ => false,
    };

    // The energy: at the end of a path, a dense layer of one output or a sum is a part of it, and branches that are added are several.
    private void AddTerms(IReadOnlyList<Layer> layers, Shaped value)
    {
        for (int i = 0; i < layers.Count - 1; i++)
            value = Add(layers[i], value);
        switch (layers.Count > 0 ? layers[^1] : null)
        {
            case DenseLayer { Outputs: 1 } dense:
                (int weights, int bias) = Next(dense.Bias);
                _terms.Add((value.Value, n => weights + n, bias));
                return;
            case SumLayer:
                _terms.Add((value.Value, _ => WeightSource.One, WeightSource.Zero));
                return;
            case BranchesLayer { Join: Join.Add } branches:
                value.Value.IsHeld = true;
                foreach (IReadOnlyList<Layer> path in branches.Paths)
                    AddTerms(path, value);
                return;
            case { } layer:
                value = Add(layer, value);
                break;
        }
        if (value.Shape.Length != 1)
            throw new InvalidInputException($"The GPU runs networks that end in one number; these layers give {value.Shape}.");
        _terms.Add((value.Value, _ => WeightSource.One, WeightSource.Zero));
    }

    private Shaped Add(Layer layer, Shaped input)
    {
        switch (layer)
        {
            case DenseLayer dense:
                (int weights, int bias) = Next(dense.Bias);
                int inputs = input.Shape.Length;
                return ToVector(input, dense.Outputs, (o, n) => weights + o * inputs + n, bias);
            case SumLayer:
                return ToVector(input, 1, (_, _) => WeightSource.One, WeightSource.Zero);
            case ConvolutionLayer conv:
                return Convolve(conv, input);
            case TransposedConvolutionLayer conv:
                return Transpose(conv, input);
            case AveragePoolLayer pool:
                return Pool(pool, input);
            case FlattenLayer:
                return input with { Shape = Shape.Vector(input.Shape.Length) };
            case PointwiseLayer pointwise:
                return Apply(pointwise, input);
            case ResidualLayer residual:
                return AddBranches([residual.Body, residual.Shortcut], Join.Add, input);
            case BranchesLayer branches:
                return AddBranches(branches.Paths, branches.Join, input);
            default:
                string name = Catalogue.NameOf(layer.GetType()) ?? layer.GetType().Name;
                throw new InvalidInputException($"The GPU has no kernel for the layer {name}.");
        }
    }

    // The indices of a layer's weights and bias among all parameters.
    private (int Weights, int Bias) Next(bool hasBias)
    {
        int weights = _network.Plan.Parameters[_parameter++].Offset;
        return (weights, hasBias ? _network.Plan.Parameters[_parameter++].Offset : WeightSource.Zero);
    }

    private void Add(PlanStep step)
    {
        if (_tangents is null)
            _steps.Add(step);
        else
            _tangents.Add(step);
    }

    private static WeightJob[] BiasJobs(PlanValue output, int bias) =>
        bias < 0 ? [] : [WeightJobs.Bias(output.Gradient, BiasOf(bias))];

    private static Func<int, int> BiasOf(int bias) => bias < 0 ? _ => WeightSource.Zero : o => bias + o;

    private Shaped ToVector(Shaped input, int outputs, Func<int, int, int> weight, int bias)
    {
        PlanValue output = new(new Plane(outputs, 1, 1)) { IsLinear = true };
        Add(new LinearStep(PlanUse.Of(input.Value), output, [LinearJobs.ToVector(input.Value.Plane, outputs, weight)],
            [LinearJobs.FromVector(output.Gradient, input.Value.Gradient, weight)], BiasOf(bias))
        {
            Weights = weight(0, 0) < 0 ? [] : [WeightJobs.Dense(input.Value.Plane, output.Gradient, weight), .. BiasJobs(output, bias)],
        });
        return new Shaped(output, Shape.Vector(outputs));
    }

    private Shaped Convolve(ConvolutionLayer conv, Shaped input)
    {
        Plane source = Image(input, "conv");
        (int weights, int bias) = Next(conv.Bias);
        Convolution shape = new(source.Channels, conv.Outputs, conv.Kernel, conv.Stride, conv.Padding, weights);
        Shape size = new(conv.Outputs, (source.Height + 2 * conv.Padding - conv.Kernel) / conv.Stride + 1,
            (source.Width + 2 * conv.Padding - conv.Kernel) / conv.Stride + 1);
        PlanValue output = new(new Plane(size.Channels, size.Height, size.Width)) { IsLinear = true };
        Add(new LinearStep(PlanUse.Of(input.Value), output, [LinearJobs.Convolve(source, output.Plane, shape)],
            LinearJobs.Transpose(output.Gradient, input.Value.Gradient, shape), BiasOf(bias))
        {
            Weights = [WeightJobs.Convolution(source, output.Gradient, shape), .. BiasJobs(output, bias)],
        });
        return new Shaped(output, size);
    }

    private Shaped Transpose(TransposedConvolutionLayer conv, Shaped input)
    {
        Plane source = Image(input, "transposed_convolution");
        (int weights, int bias) = Next(conv.Bias);
        Convolution adjoint = new(conv.Outputs, source.Channels, conv.Kernel, conv.Stride, conv.Padding, weights);
        Shape size = new(conv.Outputs, Side(source.Height), Side(source.Width));
        PlanValue output = new(new Plane(size.Channels, size.Height, size.Width)) { IsLinear = true };
        Add(new LinearStep(PlanUse.Of(input.Value), output, LinearJobs.Transpose(source, output.Plane, adjoint),
            [LinearJobs.Convolve(output.Gradient, input.Value.Gradient, adjoint)], BiasOf(bias))
        {
            Weights = [WeightJobs.Convolution(output.Gradient, source, adjoint), .. BiasJobs(output, bias)],
        });
        return new Shaped(output, size);

        int Side(int side) => (side - 1) * conv.Stride - 2 * conv.Padding + conv.Kernel + conv.OutputPadding;
    }

    private Shaped Pool(AveragePoolLayer pool, Shaped input)
    {
        Plane source = Image(input, "average_pool");
        Shape size = new(source.Channels, source.Height / pool.Size, source.Width / pool.Size);
        PlanValue output = new(new Plane(size.Channels, size.Height, size.Width));
        Add(new PoolStep(PlanUse.Of(input.Value), output, pool.Size));
        return new Shaped(output, size);
    }

    private Shaped Apply(PointwiseLayer layer, Shaped input)
    {
        // With tangents a function stands alone: reverse reads what it was applied to.
        if (_tangents is null && input.Value.TryActivate(layer.Function, layer.Parameter))
            return input;
        PlanValue output = new(input.Value.Plane.Alike());
        Add(new PointwiseStep(PlanUse.Of(input.Value), output, layer.Function, layer.Parameter));
        return input with { Value = output };
    }

    private Shaped AddBranches(IReadOnlyList<IReadOnlyList<Layer>> paths, Join join, Shaped input)
    {
        input.Value.IsHeld = true;
        Shaped joined = Path(paths[0]);
        for (int i = 1; i < paths.Count; i++)
        {
            joined.Value.IsHeld = true;
            Shaped next = Path(paths[i]);
            if (join == Join.Multiply)
            {
                joined.Value.HasOwnGradient = true;
                next.Value.HasOwnGradient = true;
            }
            CheckSame(joined.Value.Plane, next.Value.Plane);
            PlanValue output = new(joined.Value.Plane.Alike());
            Add(new JoinStep(PlanUse.Of(joined.Value), PlanUse.Of(next.Value), output, join == Join.Multiply));
            joined = joined with { Value = output };
        }
        return joined;

        Shaped Path(IReadOnlyList<Layer> layers)
        {
            Shaped value = input;
            foreach (Layer layer in layers)
                value = Add(layer, value);
            return value;
        }
    }

    private static void CheckSame(Plane a, Plane b)
    {
        if ((a.Channels, a.Height, a.Width) == (b.Channels, b.Height, b.Width))
            return;
        throw new InvalidInputException(
            "The GPU has no kernel for branches that join a flattened image with a vector of another layer.");
    }

    // A vector that was an image is not laid out as one of its own.
    private static Plane Image(Shaped input, string layer)
    {
        Plane plane = input.Value.Plane;
        if (plane.Channels == input.Shape.Channels && plane.Height == input.Shape.Height)
            return plane;
        throw new InvalidInputException($"The GPU has no kernel for the layer {layer} on a flattened image, {input.Shape}.");
    }

    private readonly record struct Shaped(PlanValue Value, Shape Shape);
}
