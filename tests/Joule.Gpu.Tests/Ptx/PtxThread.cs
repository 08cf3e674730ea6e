namespace Joule.Gpu.Tests.Ptx;

/// <summary>One thread of a block.</summary>
internal sealed class PtxThread(
    int index, int block, ulong[] registers, PtxShared shared, PtxCluster cluster, PtxMemory global,
    IReadOnlyDictionary<string, ulong> parameters)
{
    public int Index => index;

    public int Block => block;

    public ulong[] Registers => registers;

    public PtxShared Shared => shared;

    public PtxCluster Cluster => cluster;

    public PtxMemory Global => global;

    public IReadOnlyDictionary<string, ulong> Parameters => parameters;

    /// <summary>The next instruction.</summary>
    public int At { get; set; }

    public bool HasEnded { get; set; }
}
