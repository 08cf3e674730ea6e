using Joule.Compute;
using Joule.States;

namespace Joule.Networks;

/// <summary>The plan that layers add their operations to. A value is written by one operation and read by others.</summary>
/// <remarks>Inside a plan, values with a height and width are laid out [height, width, channels].</remarks>
public sealed class PlanBuilder
{
    /// <summary>Largest number of parameters: half a gigabyte of weights, several times that in training.</summary>
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

    /// <summary>Starts a plan with the state.</summary>
    /// <param name="input">The shape of a state.</param>
    /// <param name="mostParameters">Largest number of parameters, for example the number in a file.</param>
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
    /// <exception cref="InvalidInputException">The values of a state take too many numbers.</exception>
    public int NewValue(Shape shape)
    {
        int[] sides = [shape.Channels, shape.Height, shape.Width];
        long room = MostValues - _valueLength, length = Product(sides, room);
        if (length > room)
        {
            throw new InvalidInputException($"One state takes more than {MostValues:N0} numbers on its way through the network "
                + $"(reached at a value of {shape}). Make the images or the layers smaller.");
        }
        _valueLength += length;
        _values.Add(new Value { Shape = shape });
        return _values.Count - 1;
    }

    /// <summary>Counts the numbers of a kernel's tables, so that a short description cannot take unbounded memory.</summary>
    /// <exception cref="InvalidInputException">The tables of all kernels are too large.</exception>
    internal void CountTables(long length)
    {
        _tableLength += length;
        if (_tableLength > MostTables)
        {
            throw new InvalidInputException($"The network's convolutions need tables of more than {MostTables:N0} numbers. "
                + "Give it fewer layers, or convolutions with a smaller stride.");
        }
    }

    /// <summary>Marks a value as read later, so that it must not be overwritten.</summary>
    public void Hold(int value) => _values[value].IsRead = true;

    /// <summary>Whether an operation may overwrite this value.</summary>
    public bool MayOverwrite(int value) => !_values[value].IsRead;

    /// <summary>Gives a value another shape of the same length.</summary>
    internal void Reshape(int value, Shape shape) => _values[value].Shape = shape;

    /// <summary>Adds a parameter and returns its offset.</summary>
    /// <exception cref="InvalidInputException">The network would have too many parameters.</exception>
    public int AddParameter(string name, int[] dimensions, int fanIn, int fanOut)
    {
        long room = _mostParameters - _parameterLength;
        if (Product(dimensions, room) > room)
        {
            throw new InvalidInputException($"The parameter {name} ({string.Join("×", dimensions)}) takes the network "
                + $"above {_mostParameters:N0} parameters. Make the layers smaller.");
        }
        Parameter parameter = new(name, dimensions, _parameterLength, fanIn, fanOut);
        _parameterLength = checked(_parameterLength + parameter.Length);
        _parameters.Add(parameter);
        return parameter.Offset;
    }

    /// <summary>Fuses a function into the operation that wrote a value, if possible.</summary>
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

    // The product of sides of at least 1; some number above the limit if it exceeds it.
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
