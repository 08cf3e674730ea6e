namespace Joule.Gpu.Driver;

/// <summary>Graphs of the driver, as chains of nodes: each waits for the one before it.</summary>
/// <param name="context">The GPU.</param>
internal sealed class CudaGraphs(GpuContext context) : IGpuGraphs
{
    /// <inheritdoc/>
    public IGpuGraph Create(ReadOnlySpan<GpuOperation> operations)
    {
        context.MakeCurrent();
        CudaGraph graph = new(context, operations.Length);
        try
        {
            graph.Build(operations);
            return graph;
        }
        catch (EntryPointNotFoundException e)
        {
            graph.Dispose();
            throw new GpuException($"The NVIDIA driver is too old: {e.Message} Update the driver.", e);
        }
        catch
        {
            graph.Dispose();
            throw;
        }
    }
}

/// <summary>A graph of the driver.</summary>
/// <param name="context">The GPU.</param>
/// <param name="count">Number of operations.</param>
internal sealed unsafe class CudaGraph(GpuContext context, int count) : IGpuGraph
{
    private readonly nint[] _nodes = new nint[count];
    private string _first = "";
    private nint _graph, _executable; // the nodes' handles are those of the graph, which stays for changes

    /// <summary>Makes the graph ready to be launched; called once.</summary>
    /// <param name="operations">The operations, in order.</param>
    /// <exception cref="GpuException">The driver refuses it.</exception>
    public void Build(ReadOnlySpan<GpuOperation> operations)
    {
        GpuDriver.Check(CudaGraphLibrary.Create(out _graph, 0), "the creation of a graph");
        for (int i = 0; i < operations.Length; i++)
        {
            nint before = i == 0 ? 0 : _nodes[i - 1];
            _nodes[i] = Add(operations[i], &before, i == 0 ? 0u : 1u);
            if (_first.Length == 0)
                _first = operations[i].Name;
        }
        GpuDriver.Check(CudaGraphLibrary.Instantiate(out _executable, _graph, 0), $"the preparation of {this}");
        GpuDriver.Check(CudaGraphLibrary.Upload(_executable, context.Stream), $"the preparation of {this}");
    }

    /// <inheritdoc/>
    public void Change(int index, GpuOperation operation)
    {
        context.MakeCurrent();
        nint node = _nodes[index];
        switch (operation.Kind)
        {
            case OperationKind.Launch:
                GpuKernel compiled = CompiledOf(operation);
                ulong* words = stackalloc ulong[operation.Arguments.Length];
                void** pointers = stackalloc void*[operation.Arguments.Length];
                CudaKernelNode kernel = NodeOf(compiled, operation, words, pointers);
                Check(CudaGraphLibrary.ChangeKernel(_executable, node, &kernel), operation);
                break;
            case OperationKind.Clear:
                CudaFillNode fill = FillOf(operation);
                Check(CudaGraphLibrary.ChangeFill(_executable, node, &fill, context.Handle), operation);
                break;
            default:
                CudaCopyNode copy = CopyOf(operation);
                Check(CudaGraphLibrary.ChangeCopy(_executable, node, &copy, context.Handle), operation);
                break;
        }
    }

    /// <inheritdoc/>
    public void Launch()
    {
        context.MakeCurrent();
        GpuDriver.Check(CudaGraphLibrary.Launch(_executable, context.Stream), $"the launch of {this}");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_executable != 0)
            _ = CudaGraphLibrary.DestroyExecutable(_executable);
        if (_graph != 0)
            _ = CudaGraphLibrary.Destroy(_graph);
        (_executable, _graph) = (0, 0);
    }

    /// <inheritdoc/>
    public override string ToString() => $"a graph of {count} operations that begins with {(_first.Length == 0 ? "copies" : _first)}";

    private nint Add(GpuOperation operation, nint* before, nuint befores)
    {
        nint node;
        switch (operation.Kind)
        {
            case OperationKind.Launch:
                GpuKernel compiled = CompiledOf(operation);
                ulong* words = stackalloc ulong[operation.Arguments.Length];
                void** pointers = stackalloc void*[operation.Arguments.Length];
                CudaKernelNode kernel = NodeOf(compiled, operation, words, pointers);
                Check(CudaGraphLibrary.AddKernel(out node, _graph, before, befores, &kernel), operation);
                break;
            case OperationKind.Clear:
                CudaFillNode fill = FillOf(operation);
                Check(CudaGraphLibrary.AddFill(out node, _graph, before, befores, &fill, context.Handle), operation);
                break;
            default:
                CudaCopyNode copy = CopyOf(operation);
                Check(CudaGraphLibrary.AddCopy(out node, _graph, before, befores, &copy, context.Handle), operation);
                break;
        }
        return node;
    }

    private static GpuKernel CompiledOf(GpuOperation operation) => ((CudaKernel)operation.Kernel!).Compiled;

    private static CudaKernelNode NodeOf(GpuKernel kernel, GpuOperation operation, ulong* words, void** pointers)
    {
        for (int i = 0; i < operation.Arguments.Length; i++)
        {
            words[i] = operation.Arguments[i].Bits;
            pointers[i] = words + i;
        }
        return new CudaKernelNode
        {
            Function = kernel.Function,
            GridX = (uint)operation.Blocks,
            GridY = 1,
            GridZ = 1,
            BlockX = (uint)kernel.Text.Threads,
            BlockY = 1,
            BlockZ = 1,
            SharedBytes = (uint)kernel.Text.SharedBytes,
            Parameters = pointers,
        };
    }

    private static CudaFillNode FillOf(GpuOperation operation) =>
        new() { Address = operation.To, ElementSize = sizeof(float), Width = (nuint)operation.Words, Height = 1 };

    private static CudaCopyNode CopyOf(GpuOperation operation)
    {
        nuint bytes = (nuint)operation.Words * sizeof(float);
        return new CudaCopyNode
        {
            From = operation.Kind == OperationKind.Upload ? OnHost() : OnGpu(operation.From),
            To = operation.Kind == OperationKind.Download ? OnHost() : OnGpu(operation.To),
            Width = bytes,
            Height = 1,
            Depth = 1,
        };

        CudaCopySide OnHost() => new()
        {
            Kind = CudaMemoryKind.Host,
            Host = (float*)CudaHostMemory.PointerOf(operation.Host!, operation.First + (int)operation.Words) + operation.First,
            Pitch = bytes,
            Height = 1,
        };

        CudaCopySide OnGpu(ulong address) => new() { Kind = CudaMemoryKind.Gpu, Address = address, Pitch = bytes, Height = 1 };
    }

    private static void Check(int code, GpuOperation operation) => GpuDriver.Check(code, operation.Kind == OperationKind.Launch
        ? $"a launch of {operation.Name} within a graph"
        : $"{(operation.Kind == OperationKind.Clear ? "a clear" : "a copy")} within a graph");
}
