using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Joule.Gpu.Driver;

/// <summary>
/// The sequences of operations that came lately, with their graphs. Two sequences are the same if they have the same kernels, copies and
/// clears in the same order, whatever their numbers.
/// </summary>
/// <param name="most">The most sequences; the one that did not come for longest goes first.</param>
internal sealed class GraphCache(int most) : IDisposable
{
    private readonly Dictionary<int, List<Sequence>> _byHash = [];
    private readonly LinkedList<Sequence> _byUse = []; // the latest last

    /// <summary>Number of sequences.</summary>
    public int Count => _byUse.Count;

    /// <summary>Looks for a sequence.</summary>
    /// <param name="operations">The operations.</param>
    /// <param name="found">The sequence as it came before.</param>
    /// <returns>Whether it came before; if not, it is noted.</returns>
    public bool Find(ReadOnlySpan<GpuOperation> operations, [NotNullWhen(true)] out Sequence? found)
    {
        int hash = HashOf(operations);
        if (!_byHash.TryGetValue(hash, out List<Sequence>? same))
            _byHash[hash] = same = [];
        foreach (Sequence one in same)
        {
            if (!one.IsLike(operations))
                continue;
            _byUse.Remove(one.Place);
            _byUse.AddLast(one.Place);
            found = one;
            return true;
        }
        found = null;
        Sequence added = new(hash, operations.ToArray());
        same.Add(added);
        _byUse.AddLast(added.Place);
        if (_byUse.Count > most)
            Remove(_byUse.First!.Value);
        return false;
    }

    /// <summary>Removes a sequence, and its graph.</summary>
    public void Remove(Sequence sequence)
    {
        _byUse.Remove(sequence.Place);
        List<Sequence> same = _byHash[sequence.Hash];
        same.Remove(sequence);
        if (same.Count == 0)
            _byHash.Remove(sequence.Hash);
        sequence.Graph?.Dispose();
    }

    /// <summary>Removes all sequences with a kernel.</summary>
    public void Forget(IGpuKernel kernel)
    {
        Sequence[] with = [.. _byUse.Where(s => Array.Exists(s.Operations, o => ReferenceEquals(o.Kernel, kernel)))];
        foreach (Sequence sequence in with)
            Remove(sequence);
    }

    /// <summary>Removes all sequences.</summary>
    public void Dispose()
    {
        while (_byUse.First is { } first)
            Remove(first.Value);
    }

    private static int HashOf(ReadOnlySpan<GpuOperation> operations)
    {
        HashCode hash = default;
        foreach (GpuOperation operation in operations)
        {
            hash.Add(operation.Kind);
            hash.Add(operation.Kernel is null ? 0 : RuntimeHelpers.GetHashCode(operation.Kernel));
        }
        return hash.ToHashCode();
    }

    /// <summary>A sequence.</summary>
    internal sealed class Sequence
    {
        /// <summary>Notes a sequence.</summary>
        /// <param name="hash">Its hash.</param>
        /// <param name="operations">The operations.</param>
        public Sequence(int hash, GpuOperation[] operations)
        {
            (Hash, Operations) = (hash, operations);
            Place = new LinkedListNode<Sequence>(this);
        }

        /// <summary>Its hash.</summary>
        public int Hash { get; }

        /// <summary>The operations, with the numbers that the graph has.</summary>
        public GpuOperation[] Operations { get; }

        /// <summary>Its graph; null while there is none.</summary>
        public IGpuGraph? Graph { get; set; }

        /// <summary>Its place in the order of use.</summary>
        public LinkedListNode<Sequence> Place { get; }

        /// <summary>Whether only numbers differ.</summary>
        public bool IsLike(ReadOnlySpan<GpuOperation> operations)
        {
            if (operations.Length != Operations.Length)
                return false;
            for (int i = 0; i < operations.Length; i++)
            {
                if (!operations[i].IsLike(Operations[i]))
                    return false;
            }
            return true;
        }
    }
}
