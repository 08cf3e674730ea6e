namespace Joule.Gpu.Driver;

/// <summary>Makes graphs: operations that a GPU takes as one, one after another.</summary>
internal interface IGpuGraphs
{
    /// <summary>Makes a graph, which runs nothing yet.</summary>
    /// <param name="operations">The operations, in order.</param>
    /// <exception cref="GpuException">The driver refuses it.</exception>
    IGpuGraph Create(ReadOnlySpan<GpuOperation> operations);
}

/// <summary>A graph. Launches that are under way keep the numbers that they began with, and outlive the graph.</summary>
internal interface IGpuGraph : IDisposable
{
    /// <summary>Changes the numbers of an operation.</summary>
    /// <param name="index">Its place.</param>
    /// <param name="operation">An operation like it (<see cref="GpuOperation.IsLike"/>).</param>
    /// <exception cref="GpuException">The driver refuses the change; the graph must not be launched any more.</exception>
    void Change(int index, GpuOperation operation);

    /// <summary>Launches the graph, after everything that was asked before.</summary>
    /// <exception cref="GpuException">The launch failed.</exception>
    void Launch();
}
