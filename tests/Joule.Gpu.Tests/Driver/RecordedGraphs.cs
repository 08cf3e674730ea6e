using Joule.Gpu.Driver;

namespace Joule.Gpu.Tests.Driver;

/// <summary>
/// Graphs that keep the operations that they were made of, as a driver does, and run them one after another at each launch: a change that
/// somebody forgot gives the numbers of the last time.
/// </summary>
/// <param name="engine">Runs the operations.</param>
internal sealed class RecordedGraphs(IGpuEngine engine) : IGpuGraphs
{
    /// <summary>Whether no graph is made any more.</summary>
    public bool RefusesGraphs { get; set; }

    /// <summary>Whether no graph can be changed any more.</summary>
    public bool RefusesChanges { get; set; }

    /// <summary>Whether no graph can be launched any more.</summary>
    public bool RefusesLaunches { get; set; }

    /// <summary>Graphs that were not disposed.</summary>
    public int Open { get; private set; }

    /// <summary>The lengths of the graphs that were launched.</summary>
    public List<int> Launched { get; } = [];

    /// <summary>The places of the operations that were changed.</summary>
    public List<int> Changed { get; } = [];

    public IGpuGraph Create(ReadOnlySpan<GpuOperation> operations)
    {
        if (RefusesGraphs)
            throw new GpuException("no graphs here");
        Open++;
        return new Graph(this, operations.ToArray());
    }

    private sealed class Graph(RecordedGraphs graphs, GpuOperation[] operations) : IGpuGraph
    {
        private bool _isDisposed;

        public void Change(int index, GpuOperation operation)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            if (graphs.RefusesChanges)
                throw new GpuException("no changes here");
            if (!operation.IsLike(operations[index]))
                throw new InvalidOperationException($"operation {index} of a graph became another one");
            operations[index] = operation;
            graphs.Changed.Add(index);
        }

        public void Launch()
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            if (graphs.RefusesLaunches)
                throw new GpuException("no launches here");
            graphs.Launched.Add(operations.Length);
            foreach (GpuOperation operation in operations)
                operation.Run(graphs.Engine);
        }

        public void Dispose()
        {
            if (!_isDisposed)
                graphs.Open--;
            _isDisposed = true;
        }
    }

    private IGpuEngine Engine => engine;
}
