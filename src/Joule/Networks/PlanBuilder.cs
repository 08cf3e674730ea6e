using Joule.Compute;

namespace Joule.Networks;

/// <summary>What layers add their operations to. A value is what one operation writes and others read.</summary>
/// <remarks>Inside a plan, values with a height and width are laid out [height, width, channels].</remarks>
public sealed class PlanBuilder
{
    private readonly List<Operation> _operations = [];
    private readonly List<Value> _values = [];
    private readonly List<Parameter> _parameters = [];
    private int _parameterLength;

    internal PlanBuilder(Device device, Shape input)
    {
        Device = device;
        NewValue(input);
        Hold(0);
    }

    /// <summary>Where the network will run.</summary>
    public Device Device { get; }

    internal IReadOnlyList<Operation> Operations => _operations;

    internal IReadOnlyList<Shape> Shapes
    {
        get
        {
            Shape[] shapes = new Shape[_values.Count];
            for (int i = 0; i < shapes.Length; i++)
                shapes[i] = _values[i].Shape;
            return shapes;
        }
    }

    internal IReadOnlyList<Parameter> Parameters => _parameters;

    internal int ParameterLength => _parameterLength;

    /// <summary>The shape of a value.</summary>
    public Shape ShapeOf(int value) => _values[value].Shape;

    /// <summary>A new value.</summary>
    public int NewValue(Shape shape)
    {
        _values.Add(new Value { Shape = shape });
        return _values.Count - 1;
    }

    /// <summary>Says that a value must be kept as it is, because something reads it later.</summary>
    public void Hold(int value) => _values[value].IsRead = true;

    /// <summary>True when an operation may write its result over this value.</summary>
    public bool MayOverwrite(int value) => !_values[value].IsRead;

    /// <summary>The same value seen with another shape of the same length.</summary>
    internal void Reshape(int value, Shape shape) => _values[value].Shape = shape;

    /// <summary>Adds a parameter and says where it starts.</summary>
    public int AddParameter(string name, int[] dimensions, int fanIn, int fanOut)
    {
        Parameter parameter = new(name, dimensions, _parameterLength, fanIn, fanOut);
        _parameterLength = checked(_parameterLength + parameter.Length);
        _parameters.Add(parameter);
        return parameter.Offset;
    }

    /// <summary>Lets the operation that has just written a value apply a function to it, if it can.</summary>
    internal bool TryActivate(int value, PointwiseFunction function, float parameter)
    {
        if (!MayOverwrite(value) || _operations is not [.., LinearOperation { IsActivated: false } map] || map.Output != value)
            return false;
        map.Activate(function, parameter);
        return true;
    }

    /// <summary>Adds an operation.</summary>
    public int Add(Operation operation)
    {
        ArgumentNullException.ThrowIfNull(operation);
        operation.Index = _operations.Count;
        if (operation.Input != operation.Output)
            Hold(operation.Input);
        if (operation.Second >= 0)
            Hold(operation.Second);
        _operations.Add(operation);
        return operation.Output;
    }

    /// <summary>Adds a chain of layers.</summary>
    public int AddLayers(IReadOnlyList<Layer> layers, int input, string prefix)
    {
        ArgumentNullException.ThrowIfNull(layers);
        int value = input;
        for (int i = 0; i < layers.Count; i++)
            value = layers[i].Build(this, value, $"{prefix}{i}");
        return value;
    }

    private sealed class Value
    {
        public Shape Shape { get; set; }

        public bool IsRead { get; set; }
    }
}
