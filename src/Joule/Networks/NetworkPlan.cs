using Joule.States;

namespace Joule.Networks;

/// <summary>A network compiled for its shapes: operations in order, their memory, and the parameters.</summary>
public sealed class NetworkPlan
{
    private const int BlockBytes = 512 * 1024;

    internal NetworkPlan(Shape input, IReadOnlyList<Layer> layers, long mostParameters)
    {
        PlanBuilder builder = new(input, mostParameters);
        try
        {
            Output = Compile(builder, input, layers);
        }
        catch
        {
            foreach (Operation operation in builder.Operations)
                operation.Dispose();
            throw;
        }
        Operations = builder.Operations;
        Parameters = builder.Parameters;
        ParameterLength = builder.ParameterLength;
        Shape[] shapes = builder.Shapes;
        Shapes = shapes;
        int[] widths = new int[shapes.Length];
        for (int i = 0; i < widths.Length; i++)
            widths[i] = shapes[i].Length;
        Widths = widths;
        OutputWidth = widths[Output];
        Input = input;
        MarkAdditions();
        LinearOperation.Connect(Operations);
        foreach (Operation operation in Operations)
        {
            ScratchLength = Math.Max(ScratchLength, operation.ScratchLength);
            PackTasks += operation.PackTasks;
        }
        long rowBytes = sizeof(float) * (Input.Length + new TapeLayout(this, 1, TapeUse.States).Length);
        BlockRows = 1;
        while (BlockRows < 32 && 2 * BlockRows * rowBytes <= BlockBytes)
            BlockRows *= 2;
    }

    /// <summary>The shape of a state, in the public layout [channels, height, width].</summary>
    public Shape Input { get; }

    /// <summary>The index of the output value: the energy, or other outputs of a network that is not an energy.</summary>
    public int Output { get; }

    /// <summary>Numbers that the network gives for a state; 1 for an energy.</summary>
    public int OutputWidth { get; }

    /// <summary>The operations, in forward order.</summary>
    public IReadOnlyList<Operation> Operations { get; }

    /// <summary>The parameters, in order.</summary>
    public IReadOnlyList<Parameter> Parameters { get; }

    /// <summary>Number of parameters.</summary>
    public int ParameterLength { get; }

    /// <summary>The shape of each value.</summary>
    public IReadOnlyList<Shape> Shapes { get; }

    /// <summary>Floats of each value, per row.</summary>
    public IReadOnlyList<int> Widths { get; }

    /// <summary>Scratch floats that a worker needs.</summary>
    public int ScratchLength { get; }

    /// <summary>
    /// Rows that pass through the whole network together, so that their activations stay in a worker's cache. Depends on the network alone.
    /// </summary>
    public int BlockRows { get; }

    /// <summary>
    /// Rows below which a block is not cut for more workers: tiles of products get slow with fewer. No row's results depend on the cut.
    /// </summary>
    public int LeastRows => Math.Min(BlockRows, 4);

    /// <summary>Number of independent packing tasks.</summary>
    internal int PackTasks { get; }

    private static int Compile(PlanBuilder builder, Shape input, IReadOnlyList<Layer> layers)
    {
        int value = 0;
        if (input.Channels > 1 && input.Height * input.Width > 1)
        {
            TransposeOperation transpose = new(input.Channels, input.Height * input.Width) { Input = 0, Output = builder.NewValue(input) };
            value = builder.Add(transpose);
        }
        value = builder.AddLayers(layers, value, "");
        return value != 0 ? value : throw new InvalidInputException("The network has no layers.");
    }

    // Reverse runs from the last operation to the first: the last reader of a value writes its gradient, the others add to it.
    private void MarkAdditions()
    {
        bool[] written = new bool[Widths.Count];
        for (int i = Operations.Count - 1; i >= 0; i--)
        {
            Operation operation = Operations[i];
            if (operation.Second >= 0)
            {
                operation.AddsToSecond = written[operation.Second];
                written[operation.Second] = true;
            }
            if (operation.Input == operation.Output)
                continue;
            operation.AddsToInput = written[operation.Input];
            written[operation.Input] = true;
        }
    }
}
