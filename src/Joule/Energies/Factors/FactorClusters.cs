using System.Numerics.Tensors;
using Joule.Compute;

namespace Joule.Energies;

/// <summary>k-means of states (Lloyd 1982). The first centres are distinct rows; a cluster without rows takes another row.</summary>
internal sealed class FactorClusters : IDisposable
{
    private const int Block = 64;

    private readonly Device _device;
    private readonly Rows _data;
    private readonly FactorMembers _members;
    private readonly int[] _order;
    private readonly DeviceBuffer _memory;
    private readonly DenseKernel _kernel;
    private readonly AssignProgram _assign;
    private readonly MoveProgram _move;
    private readonly PackProgram _pack;
    private int _taken;

    /// <summary>Chooses the first centres.</summary>
    public FactorClusters(Device device, Rows data, int count, FactorMembers members, int[] order)
    {
        (_device, _data, _members, _order) = (device, data, members, order);
        _memory = device.Allocate((long)count * (data.Width + 1) + (long)device.Lanes * Block * count);
        _kernel = Kernels.Dense(data.Width, count);
        (_assign, _move, _pack) = (new AssignProgram(this), new MoveProgram(this), new PackProgram(this));
        Centres = new Rows(_memory, 0, count, data.Width);
        Biases = new Rows(_memory, Centres.Length, 1, count);
        device.Launch(_move, _pack);
    }

    private Rows Centres { get; }

    private Rows Biases { get; }

    /// <summary>Gives every row to its nearest centre.</summary>
    public void Assign()
    {
        _device.Launch(_assign);
        _members.Sort();
    }

    /// <summary>Moves every centre to the mean of its rows.</summary>
    public void Move() => _device.Launch(_move, _pack);

    /// <summary>Frees the memory.</summary>
    public void Dispose()
    {
        _kernel.Dispose();
        _memory.Dispose();
    }

    private sealed class MoveProgram(FactorClusters clusters) : DeviceProgram
    {
        private int[] _spare = [];

        public override string Name => "the centres of clusters";

        public override int Count => clusters.Centres.Count;

        // Clusters without rows take the next rows of the order, one after the other.
        protected internal override void Begin()
        {
            _spare = new int[Count];
            for (int k = 0; k < Count; k++)
            {
                if (clusters._members.RowsOf(k).IsEmpty)
                    _spare[k] = clusters._order[clusters._taken++ % clusters._order.Length];
            }
        }

        protected override void Run(int start, int count, int lane)
        {
            for (int k = start; k < start + count; k++)
            {
                ReadOnlySpan<int> rows = clusters._members.RowsOf(k);
                Span<float> centre = clusters.Centres[k];
                if (rows.IsEmpty)
                {
                    clusters._data[_spare[k]].CopyTo(centre);
                }
                else
                {
                    centre.Clear();
                    foreach (int row in rows)
                        TensorPrimitives.Add(centre, clusters._data[row], centre);
                    TensorPrimitives.Divide(centre, rows.Length, centre);
                }
                clusters.Biases.Span[k] = -0.5f * TensorPrimitives.Dot((ReadOnlySpan<float>)centre, centre);
            }
        }
    }

    private sealed class PackProgram(FactorClusters clusters) : DeviceProgram
    {
        public override string Name => "the packing of clusters";

        public override int Count => clusters._kernel.PackTasks;

        protected override void Run(int start, int count, int lane)
        {
            for (int task = start; task < start + count; task++)
                clusters._kernel.Pack(clusters.Centres, task);
        }
    }

    private sealed class AssignProgram(FactorClusters clusters) : DeviceProgram
    {
        public override string Name => "the rows of clusters";

        public override int Count => clusters._data.Count;

        public override int BlockRows => Block;

        protected override void Run(int start, int count, int lane)
        {
            int centres = clusters.Centres.Count;
            Rows near = new(clusters._memory, centres * (clusters._data.Width + 1) + lane * Block * centres, count, centres);
            clusters._kernel.Forward(clusters._data.Slice(start, count), clusters.Biases, near, default);
            for (int i = 0; i < count; i++)
                clusters._members.Set(start + i, TensorPrimitives.IndexOfMax((ReadOnlySpan<float>)near[i]));
        }
    }
}
