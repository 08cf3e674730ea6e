using Joule.Compute;
using Joule.States;

namespace Joule.Networks;

/// <summary>What layers add their operations to. A value is what one operation writes and others read.</summary>
/// <remarks>Inside a plan, values with a height and width are laid out [height, width, channels].</remarks>
public sealed class PlanBuilder
{
    /// <summary>The most parameters that a network may have: half a gigabyte of weights, several times that in training.</summary>
    internal const long MostParameters = 1L << 27;

    private const long MostValues = 1L << 25;
    private const long MostTables = 1L << 21;

    private readonly long _mostParameters;
    private long _valueLength;
    private long _tableLength;
    private readonly List<Operation> _operations = [];
    private readonly List<Value> _values = [];
    private readonly List<Parameter> _parameters = [];
    private int _parameterLength;

    /// <summary>Starts with the state.</summary>
    /// <param name="input">The shape of a state.</param>
    /// <param name="mostParameters">The most parameters that may be added, for example as many as a file holds.</param>
    internal PlanBuilder(Shape input, long mostParameters = MostParameters)
    {
        _mostParameters = Math.Min(mostParameters, MostParameters);
        NewValue(input);
        Hold(0);
    }

    internal IReadOnlyList<Operation> Operations => _operations;

    internal Shape[] Shapes
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
    /// <exception cref="InvalidInputException">A state would go through too many numbers.</exception>
    public int NewValue(Shape shape)
    {
        int[] sides = [shape.Channels, shape.Height, shape.Width];
        long room = MostValues - _valueLength, length = Product(sides, room);
        if (length > room)
            throw new InvalidInputException($"One state takes more than {MostValues:N0} numbers on its way through the network (here is a value of {shape}). Make the images or the layers smaller.");
        _valueLength += length;
        _values.Add(new Value { Shape = shape });
        return _values.Count - 1;
    }

    /// <summary>Counts the numbers of a kernel's tables: a description of a few bytes must not take memory without bound.</summary>
    /// <exception cref="InvalidInputException">All kernels together have too many.</exception>
    internal void CountTables(long length)
    {
        _tableLength += length;
        if (_tableLength > MostTables)
            throw new InvalidInputException($"The network's convolutions need tables of more than {MostTables:N0} numbers. Give it fewer layers, or convolutions of a smaller stride.");
    }

    /// <summary>Says that a value must be kept as it is, because something reads it later.</summary>
    public void Hold(int value) => _values[value].IsRead = true;

    /// <summary>True when an operation may write its result over this value.</summary>
    public bool MayOverwrite(int value) => !_values[value].IsRead;

    /// <summary>The same value seen with another shape of the same length.</summary>
    internal void Reshape(int value, Shape shape) => _values[value].Shape = shape;

    /// <summary>Adds a parameter and says where it starts.</summary>
    /// <exception cref="InvalidInputException">The network would have too many.</exception>
    public int AddParameter(string name, int[] dimensions, int fanIn, int fanOut)
    {
        long room = _mostParameters - _parameterLength;
        if (Product(dimensions, room) > room)
            throw new InvalidInputException($"The parameter {name} ({string.Join("×", dimensions)}) takes the network above {_mostParameters:N0} parameters. Make the layers smaller.");
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
            value = layers[i].Compile(this, value, $"{prefix}{i}");
        return value;
    }

    private sealed class Value
    {
        public Shape Shape { get; set; }

        public bool IsRead { get; set; }
    }

    // The product of sides of at least 1; more than the limit, and no matter by how much, where it passes it.
    private static long Product(ReadOnlySpan<int> sides, long limit)
    {
        long product = 1;
        foreach (int side in sides)
        {
            if (product > limit)
                break;
            product *= (uint)side;
        }
        return product;
    }
}
